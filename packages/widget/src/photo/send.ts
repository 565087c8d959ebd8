import type { PendingUpload } from '@imgvid/api/types';
import { WidgetError } from '../errors.ts';

export interface SendOptions {
  signal: AbortSignal;
  /** 0 to 1, by bytes that have left. */
  onProgress: (fraction: number) => void;
}

/** No byte for this long means the connection is dead, however long the whole takes. */
const stalledMs = 30_000;

/** The storage refused the bytes; a new upload may do. */
export class PutRefused extends Error {
  readonly status: number;
  constructor(status: number) {
    super(`The storage answered ${status}`);
    this.status = status;
  }
}

/**
 * Puts the bytes where the API said, once. XMLHttpRequest, because fetch still tells nothing about how far an
 * upload has come.
 *
 * @throws PutRefused when the storage answered no, WidgetError `network` when no answer came, the signal's
 *   reason when aborted
 */
export function putBytes(target: PendingUpload, bytes: Blob, options: SendOptions): Promise<void> {
  const { signal, onProgress } = options;
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const xhr = new XMLHttpRequest();
    let watchdog: ReturnType<typeof setTimeout>;
    const alive = (): void => {
      clearTimeout(watchdog);
      watchdog = setTimeout(() => xhr.abort(), stalledMs);
    };
    const abort = (): void => xhr.abort();
    const settle = (end: () => void) => (): void => {
      clearTimeout(watchdog);
      signal.removeEventListener('abort', abort);
      end();
    };
    xhr.upload.onprogress = ({ loaded, total }) => {
      alive();
      onProgress(total > 0 ? loaded / total : 0);
    };
    xhr.onload = settle(() => {
      if (xhr.status >= 200 && xhr.status < 300) resolve();
      else reject(new PutRefused(xhr.status));
    });
    xhr.onerror = settle(() => reject(new WidgetError('network')));
    xhr.onabort = settle(() =>
      reject(signal.aborted ? (signal.reason as Error) : new WidgetError('network')),
    );
    signal.addEventListener('abort', abort);
    xhr.open('PUT', target.put_url);
    for (const [name, value] of Object.entries(target.put_headers)) xhr.setRequestHeader(name, value);
    alive();
    xhr.send(bytes);
  });
}
