import type { QueuePosition } from '@imgvid/api';
import type { Clock } from '../platform/clock.ts';
import type { Database } from '../platform/database/index.ts';
import { findUnwell, type Catalogue } from '../providers/index.ts';
import type { Standing } from './routing.ts';
import { findTypical, findWaiting } from './queries.ts';

export interface WaitingLine {
  /** Place and honest range of a waiting generation; null when it does not wait any more. */
  positionOf(generation: { id: string; provider: string; model: string }): Promise<QueuePosition | null>;
  /** What a new generation would be told. */
  positionOfNext(provider: string, model: string): Promise<QueuePosition>;
  /** Which models are well, and how quick, as `auto` has to know it. */
  standing(catalogue: Catalogue): Promise<Standing>;
  /** Quartiles of the seconds a video of this model took lately, or null without history. */
  typical(model: string): Promise<{ low: number; high: number } | null>;
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

export function waitingLine(
  { database, clock }: { database: Database; clock: Clock },
  concurrency: number,
): WaitingLine {
  const line = cached(clock, lineFreshMs, () =>
    database.withSystem('count waiting generations', (trx) => findWaiting(trx, lineLimit)),
  );
  const history = cached(clock, typicalFreshMs, () =>
    database.withSystem('read typical durations', findTypical),
  );

  const unwell = cached(clock, lineFreshMs, () =>
    database.withSystem('read circuit breakers', (trx) => findUnwell(trx, clock.now())),
  );

  async function standing(catalogue: Catalogue): Promise<Standing> {
    const [open, times] = await Promise.all([unwell(), history()]);
    const isOpen = (provider: string, model: string): boolean =>
      open.some((each) => each.provider === provider && (each.model === model || each.model === '*'));
    return {
      isWell: ({ id, provider }) => catalogue.find(id) !== null && !isOpen(provider, id),
      typicalS({ id, typical_s }) {
        const known = times.find(({ model }) => model === id) ?? typical_s;
        return known && (known.low + known.high) / 2;
      },
    };
  }

  async function typical(model: string): Promise<{ low: number; high: number } | null> {
    const found = (await history()).find((row) => row.model === model);
    return found ? { low: Math.round(found.low), high: Math.max(1, Math.round(found.high)) } : null;
  }

  async function at(position: number, model: string): Promise<QueuePosition> {
    const usual = await typical(model);
    // Jobs ahead are done `concurrency` at a time; the last round is this job's own.
    const rounds = Math.ceil(position / Math.max(1, concurrency));
    return {
      position,
      eta_s: usual && { low: Math.round(usual.low * rounds), high: Math.round(usual.high * rounds) },
    };
  }

  return {
    standing,
    typical,
    async positionOf({ id, provider, model }) {
      const ahead = (await line()).filter((row) => row.provider === provider);
      const index = ahead.findIndex((row) => row.id === id);
      return index < 0 ? null : at(index + 1, model);
    },
    async positionOfNext(provider, model) {
      const ahead = (await line()).filter((row) => row.provider === provider).length;
      return at(ahead + 1, model);
    },
  };
}
