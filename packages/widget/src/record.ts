/**
 * What has to outlive the page for a visitor to find his job and his videos again: who he is, and which
 * generation is under way. Kept on his device, by site key; written for the first time when he starts a
 * generation, never before. Storage that is full, forbidden or missing is the same as none.
 */
export interface VisitorRecord {
  visitor_id: string;
  visitor_proof: string;
  /** The generation to show after a reload. */
  generation: string | null;
  /** One was asked for, and its id has not come yet. */
  asked?: true | undefined;
  /** When its result was first shown, in milliseconds since 1970. */
  seen?: number | undefined;
}

export interface RecordStore {
  read(): VisitorRecord | null;
  write(record: VisitorRecord): void;
  remove(): void;
}

const isRecord = (value: unknown): value is VisitorRecord => {
  if (typeof value !== 'object' || value === null) return false;
  const record = value as Record<string, unknown>;
  return typeof record['visitor_id'] === 'string' && typeof record['visitor_proof'] === 'string';
};

/** Null storage: nothing is kept beyond the page (`storage="none"`). */
export function recordStore(key: string, storage: () => Storage | null): RecordStore {
  const name = `imgvid:${key}`;
  const attempt = <T>(use: (storage: Storage) => T): T | null => {
    try {
      const place = storage();
      return place ? use(place) : null;
    } catch {
      return null;
    }
  };
  return {
    read: () =>
      attempt((place) => {
        const value: unknown = JSON.parse(place.getItem(name) ?? 'null');
        return isRecord(value) ? value : null;
      }),
    write: (record) => void attempt((place) => place.setItem(name, JSON.stringify(record))),
    remove: () => void attempt((place) => place.removeItem(name)),
  };
}
