import type { PhotoErrorCode, ReadPhoto } from './types.ts';

/** What the server sends to a reading process. One at a time. */
export interface Order {
  id: number;
  input: string;
  output: string;
}

/** What comes back. `failed`: not the photo's fault. */
export type Answer = { id: number; peakRssBytes: number; rssBytes: number; spent: boolean } & (
  | { kind: 'read'; photo: ReadPhoto }
  | { kind: 'refused'; code: PhotoErrorCode; detail: string; cause: string }
  | { kind: 'failed'; message: string }
);

/** Sent while a photo is being read, where the server cannot see the process's memory itself. */
export interface Pulse {
  rssBytes: number;
}
