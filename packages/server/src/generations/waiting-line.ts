import type { QueuePosition } from '@imgvid/api';
import type { Clock } from '../platform/clock.ts';
import type { Database } from '../platform/database/index.ts';
import { findUnwell, type Catalogue } from '../providers/index.ts';
import type { Standing } from './routing.ts';
import { findOpenJobs, findTypical, type OpenJob, type Typical } from './queries.ts';

export interface WaitingLine {
  /** Place and honest range of a waiting generation; null when it does not wait any more. */
  positionOf(generation: { id: string; provider: string; model: string }): Promise<QueuePosition | null>;
  /** What a new generation would be told. */
  positionOfNext(provider: string, model: string): Promise<QueuePosition>;
  /** Which models are well, and how quick, as `auto` has to know it. */
  standing(): Promise<Standing>;
  /** Seconds a video of this model took lately, or null without history. */
  typical(model: string): Promise<Typical | null>;
}

const lineFreshMs = 1000;
const typicalFreshMs = 30_000;
/** Beyond this the place is only told as "at least". */
const lineLimit = 5000;

/** A value read again when it is asked for and older than `freshMs`; callers at the same time share one read. */
function cached<T>(clock: Clock, freshMs: number, read: () => Promise<T>): () => Promise<T> {
  let value: Promise<T> | undefined;
  let readAt = 0;
  return () => {
    const now = clock.now().getTime();
    if (!value || now - readAt > freshMs) {
      readAt = now;
      value = read();
      value.catch(() => {
        value = undefined;
      });
    }
    return value;
  };
}

export interface LineParts {
  database: Database;
  clock: Clock;
  catalogue: Catalogue;
  /** Videos that the built-in renderer makes at once. */
  renderConcurrency: number;
}

export function waitingLine({ database, clock, catalogue, renderConcurrency }: LineParts): WaitingLine {
  const line = cached(clock, lineFreshMs, () =>
    database.withSystem('count waiting generations', (trx) => findOpenJobs(trx, lineLimit)),
  );
  const history = cached(clock, typicalFreshMs, () =>
    database.withSystem('read typical durations', (trx) =>
      findTypical(
        trx,
        catalogue.models.map(({ id }) => id),
        clock.now(),
      ),
    ),
  );

  const unwell = cached(clock, lineFreshMs, () =>
    database.withSystem('read circuit breakers', (trx) => findUnwell(trx, clock.now())),
  );

  async function standing(): Promise<Standing> {
    const [open, times] = await Promise.all([unwell(), history()]);
    const isOpen = (provider: string, model: string): boolean =>
      open.some((each) => each.provider === provider && (each.model === model || each.model === '*'));
    return {
      isWell: ({ id, provider }) => catalogue.find(id) !== null && !isOpen(provider, id),
      typicalS({ id, typical_s }) {
        const known = times.find(({ model }) => model === id) ?? typical_s;
        return known && (known.median ?? (known.low + known.high) / 2);
      },
    };
  }

  async function typical(model: string): Promise<Typical | null> {
    const found = (await history()).find((row) => row.model === model);
    if (!found) return null;
    const { low, median, high } = found;
    return { low: Math.round(low), median: Math.round(median), high: Math.max(1, Math.round(high)) };
  }

  /** What the line knows of one provider: who waits with us, and how many are being made. */
  async function lineOf(provider: string): Promise<{ waiting: OpenJob[]; busy: number; places: number }> {
    const jobs = (await line()).filter((job) => job.provider === provider);
    const outside = catalogue.outside(provider);
    // An outside provider has what is submitted; the built-in renderer has it in its own line.
    const waiting = jobs.filter(({ status }) => status === 'queued' || (!outside && status === 'submitted'));
    const places = Math.max(1, outside?.concurrency ?? renderConcurrency);
    return { waiting, busy: jobs.length - waiting.length, places };
  }

  async function at(position: number, { provider, model }: { provider: string; model: string }) {
    const { busy, places } = await lineOf(provider);
    const usual = (await typical(model)) ?? catalogue.find(model)?.model.typical_s;
    // Jobs are done `places` at a time. Those being made are partly done: a round less, at best.
    const rounds = Math.ceil((busy + position) / places);
    const eta_s = usual && {
      low: Math.round(usual.low * Math.max(1, rounds - 1)),
      high: Math.round(usual.high * rounds),
    };
    return { position, eta_s: eta_s ?? null };
  }

  return {
    standing,
    typical,
    async positionOf({ id, provider, model }) {
      const { waiting } = await lineOf(provider);
      const index = waiting.findIndex((row) => row.id === id);
      return index < 0 ? null : at(index + 1, { provider, model });
    },
    async positionOfNext(provider, model) {
      const { waiting } = await lineOf(provider);
      return at(waiting.length + 1, { provider, model });
    },
  };
}
