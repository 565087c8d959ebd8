import type { ServerResponse } from 'node:http';
import type { GenerationEvent } from '@imgvid/api';
import { isTerminal } from '@imgvid/api';
import type { Database, TenantScope } from '../platform/database/index.ts';
import type { Log } from '../platform/log.ts';
import { fileUrls, type FileUrlParts } from './file-urls.ts';
import { present } from './present.ts';
import { eventsQuery, type EventRow } from './queries.ts';
import { findGeneration, type GenerationRow } from './store.ts';
import type { WaitingLine } from './waiting-line.ts';

export interface EventHubParts extends FileUrlParts {
  database: Database;
  line: WaitingLine;
  log: Log;
}

export interface EventHub {
  /** Tells everything that happened to the generation after `after`, then what happens, until it has ended. */
  watch(response: ServerResponse, scope: TenantScope, row: GenerationRow, after: number): void;
  /** Open streams in this process. */
  readonly size: number;
  /** Ends every stream; clients come back to another process. */
  close(): Promise<void>;
}

interface Watcher {
  response: ServerResponse;
  scope: TenantScope;
  id: string;
  seq: number;
  openedAt: number;
  /** Place last told, so that it is told only when it changes. */
  queue: string;
  /** One read at a time; a notice that comes meanwhile asks for another. */
  busy: boolean;
  again: boolean;
}

const tickMs = 2000;
const pingMs = 20_000;
/** Heals what a lost NOTIFY would have told. */
const rereadMs = 15_000;
const maxAgeMs = 5 * 60_000;
/** A reader this far behind is not reading; it may come back with Last-Event-ID. */
const maxBufferedBytes = 256 * 1024;

const format = (event: GenerationEvent): string =>
  `id: ${event.seq}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;

/**
 * Server-sent events from one LISTEN connection a process. Streams are written to Node's response directly:
 * a stream costs half the memory it would through a web ReadableStream, and there may be ten thousand.
 */
export async function openEventHub(parts: EventHubParts): Promise<EventHub> {
  const { database, line, log } = parts;
  const urlsOf = fileUrls(parts);
  const watchers = new Map<string, Set<Watcher>>();
  let size = 0;
  let ticks = 0;

  function end(watcher: Watcher): void {
    const group = watchers.get(watcher.id);
    if (!group?.delete(watcher)) return;
    size--;
    if (group.size === 0) watchers.delete(watcher.id);
    watcher.response.end();
  }

  function write(watcher: Watcher, text: string): void {
    if (watcher.response.writableLength > maxBufferedBytes) end(watcher);
    else watcher.response.write(text);
  }

  async function tellQueue(watcher: Watcher, row: GenerationRow): Promise<void> {
    const queue = await line.positionOf(row);
    const told = JSON.stringify(queue);
    if (!queue || told === watcher.queue) return;
    watcher.queue = told;
    const { status, progress } = row;
    write(watcher, format({ seq: watcher.seq, type: 'queue', status, progress, queue }));
  }

  async function tellNews(watcher: Watcher): Promise<void> {
    const { scope, id } = watcher;
    const row = await database.withTenant(scope, (trx) => findGeneration(trx, id));
    if (!row || row.deletedAt) return end(watcher);
    const events = await database.read<EventRow>(scope, eventsQuery(id, watcher.seq));
    for (const { seq, type, data } of events) {
      if (type === 'done') break;
      watcher.seq = seq;
      write(watcher, format({ seq, type, ...data, queue: null }));
    }
    if (!isTerminal(row.status)) {
      if (row.status === 'queued' || row.status === 'submitted') await tellQueue(watcher, row);
      return;
    }
    const generation = await present(urlsOf, row);
    const { status, progress } = generation;
    write(watcher, format({ seq: row.lastSeq, type: 'done', status, progress, queue: null, generation }));
    end(watcher);
  }

  function wake(watcher: Watcher): void {
    if (watcher.busy) {
      watcher.again = true;
      return;
    }
    watcher.busy = true;
    tellNews(watcher)
      .catch((error: unknown) => {
        log.warn({ err: error }, 'events could not be read');
        end(watcher);
      })
      .finally(() => {
        watcher.busy = false;
        if (!watcher.again) return;
        watcher.again = false;
        wake(watcher);
      });
  }

  const all = function* (): Generator<Watcher> {
    for (const group of watchers.values()) yield* group;
  };

  function tick(): void {
    ticks++;
    const now = parts.now().getTime();
    const ping = ticks % (pingMs / tickMs) === 0;
    const reread = ticks % Math.round(rereadMs / tickMs) === 0;
    for (const watcher of all()) {
      if (now - watcher.openedAt > maxAgeMs) end(watcher);
      else if (reread || watcher.queue !== '') wake(watcher);
      else if (ping) write(watcher, ':\n\n');
    }
  }

  const stopListening = await database.listen(
    'imgvid_generation',
    (payload) => {
      for (const watcher of watchers.get(payload.slice(0, payload.indexOf(':'))) ?? []) {
        watcher.queue = '';
        wake(watcher);
      }
    },
    () => {
      for (const watcher of all()) wake(watcher);
    },
  );
  const timer = setInterval(tick, tickMs);

  return {
    get size() {
      return size;
    },
    watch(response, scope, { id }, after) {
      const openedAt = parts.now().getTime();
      const watcher = { response, scope, id, seq: after, openedAt, queue: '', busy: false, again: false };
      const group = watchers.get(id) ?? new Set();
      watchers.set(id, group.add(watcher));
      size++;
      response.on('close', () => end(watcher));
      wake(watcher);
    },
    async close() {
      clearInterval(timer);
      for (const watcher of all()) end(watcher);
      await stopListening();
    },
  };
}
