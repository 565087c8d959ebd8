import type { PendingUpload, Upload } from '@imgvid/api/types';
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { NetworkError } from '@imgvid/api/client';
import { WidgetError } from '../errors.ts';
import type { Photo } from '../photo/prepare.ts';
import { PutRefused, putBytes } from '../photo/send.ts';
import type { Session } from '../session.ts';
import { backoff, untilOnline } from '../wait.ts';

const tries = 5;

/** Brings one photo at a time to the server: announce, send, have it read. */
export class UploadController implements ReactiveController {
  /** 0 to 1, of the bytes. */
  progress = 0;
  /** Waiting for the network to come back. */
  paused = false;

  readonly #host: ReactiveControllerHost;
  readonly #onProgress: () => void;
  #abort: AbortController | null = null;

  constructor(host: ReactiveControllerHost, onProgress: () => void) {
    this.#host = host;
    this.#onProgress = onProgress;
    host.addController(this);
  }

  hostDisconnected(): void {
    this.stop();
  }

  stop(): void {
    this.#abort?.abort();
    this.#abort = null;
    this.paused = false;
    this.progress = 0;
  }

  /**
   * The photo as the server has it, upright and clean. Tries again by itself when the connection breaks, and
   * waits without counting while the device is offline.
   *
   * @throws ApiError, NetworkError, WidgetError; the signal's AbortError after `stop`
   */
  async send(photo: Photo, session: Session): Promise<Upload> {
    this.stop();
    const { signal } = (this.#abort = new AbortController());
    let target: PendingUpload | null = null;
    for (let attempt = 1; ; attempt++) {
      try {
        target ??= await this.#announce(photo, session, signal);
        await putBytes(target, photo.bytes, { signal, onProgress: (done) => this.#report(done) });
        return await session.client.uploads.complete(target.id, { signal });
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof PutRefused) target = null;
        if (await this.#waitOffline(signal)) attempt = 0;
        else if (attempt >= tries || !isWorthRepeating(error)) throw asKnown(error);
        else await backoff(attempt, signal);
        // A URL to put bytes to lives for minutes only.
        if (target && Date.parse(target.expires_at) < Date.now() + 10_000) target = null;
      }
    }
  }

  #announce({ bytes, type, filename }: Photo, { client }: Session, signal: AbortSignal) {
    return client.uploads.create(
      { content_type: type, byte_size: bytes.size, ...(filename && { filename }) },
      { signal },
    );
  }

  async #waitOffline(signal: AbortSignal): Promise<boolean> {
    if (navigator.onLine) return false;
    this.paused = true;
    this.#report(0);
    await untilOnline(signal);
    this.paused = false;
    this.#report(0);
    return true;
  }

  #report(progress: number): void {
    this.progress = progress;
    this.#onProgress();
    this.#host.requestUpdate();
  }
}

const isWorthRepeating = (error: unknown): boolean =>
  error instanceof PutRefused
    ? error.status !== 413
    : error instanceof NetworkError || (error instanceof WidgetError && error.code === 'network');

const asKnown = (error: unknown): unknown =>
  error instanceof PutRefused
    ? new WidgetError(error.status === 413 ? 'image_too_large' : 'unavailable', { message: error.message })
    : error;
