import type { Clock } from '../platform/clock.ts';
import type { Database } from '../platform/database/index.ts';
import { demoKeys, hashKey } from './keys.ts';
import { findKey, touchKey, type KeyRow } from './store.ts';

type Lookup = Parameters<typeof findKey>[1];

export interface KeyDirectory {
  /** The key behind a text a caller sent, or null when it is unknown, revoked, expired or its tenant suspended. */
  find(text: string): Promise<KeyRow | null>;
  /** The same for a key of ours that a visitor's token names. */
  findById(id: string): Promise<KeyRow | null>;
  close(): Promise<void>;
}

/** Changed keys, sites and tenants are told by NOTIFY; this bounds what a lost message could do. */
const freshMs = 10_000;
const maxEntries = 10_000;
const touchEveryMs = 60_000;

interface Entry {
  row: KeyRow | null;
  readAt: number;
  touchedAt: number;
}

export interface KeyDirectoryOptions {
  database: Database;
  clock: Clock;
  /** False where the demo keys must not work, whatever the database says. */
  demo: boolean;
  onError: (error: unknown) => void;
}

/** Keys looked up by hash and remembered for a moment; a revoked one is forgotten as soon as the database tells. */
export async function openKeyDirectory(options: KeyDirectoryOptions): Promise<KeyDirectory> {
  const { database, clock, demo, onError } = options;
  const entries = new Map<string, Entry>();
  const forget = (): void => entries.clear();
  const stopListening = await database.listen('imgvid_access', forget, forget);

  async function read(lookup: Lookup): Promise<Entry> {
    const id = 'hash' in lookup ? lookup.hash.toString('base64') : lookup.id;
    const now = clock.now().getTime();
    const known = entries.get(id);
    if (known && now - known.readAt < freshMs) return known;
    const row = await database.withSystem('find key', (trx) => findKey(trx, lookup));
    if (entries.size >= maxEntries) entries.clear();
    const entry = { row, readAt: now, touchedAt: known?.touchedAt ?? 0 };
    entries.set(id, entry);
    return entry;
  }

  function touch(entry: Entry): void {
    const now = clock.now();
    if (!entry.row || now.getTime() - entry.touchedAt < touchEveryMs) return;
    entry.touchedAt = now.getTime();
    const keyId = entry.row.id;
    database.withSystem('note key use', (trx) => touchKey(trx, keyId, now)).catch(onError);
  }

  function inForce({ row }: Entry): KeyRow | null {
    const now = clock.now();
    if (!row || row.revokedAt || row.tenantStatus !== 'active') return null;
    return row.expiresAt && row.expiresAt <= now ? null : row;
  }

  return {
    async find(text) {
      if (!demo && Object.values<string>(demoKeys).includes(text)) return null;
      const entry = await read({ hash: hashKey(text) });
      const row = inForce(entry);
      if (row) touch(entry);
      return row;
    },
    findById: async (id) => inForce(await read({ id })),
    close: stopListening,
  };
}
