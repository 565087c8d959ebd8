import type { Upload } from '@imgvid/api/types';
import { loadPicture } from '../photo/picture.ts';
import type { Photo } from '../photo/prepare.ts';
import type { Session } from '../session.ts';
import type { UploadController } from './upload.ts';

/** The photo that the video is made of: as it was given, as it is shown, and as the server has it. */
export class PhotoSource {
  /** The photo on show, upright; null while there is none or it cannot be decoded here. */
  picture: HTMLCanvasElement | null = null;
  /** As the server has it. */
  uploaded: Upload | null = null;
  /** As the visitor gave it on this page. */
  given: Photo | null = null;

  readonly #upload: UploadController;
  readonly #changed: () => void;
  #arrival: Promise<Upload> | null = null;
  #restoring = '';

  constructor(upload: UploadController, changed: () => void) {
    this.#upload = upload;
    this.#changed = changed;
  }

  /** There is a photo, but this browser cannot show it. */
  get opaque(): boolean {
    return this.given !== null && this.given.preview === null;
  }

  /** Of the photo, as far as it is known. */
  get size(): { width: number; height: number } {
    return this.picture ?? { width: this.uploaded?.width ?? 4, height: this.uploaded?.height ?? 3 };
  }

  take(photo: Photo): void {
    this.#restoring = '';
    this.given = photo;
    this.picture = photo.preview;
    this.uploaded = null;
  }

  /** Null when another photo has taken its place meanwhile, with or without an error. */
  async send(photo: Photo, session: Session): Promise<Upload | null> {
    const arrival = (this.#arrival = this.#upload.send(photo, session));
    try {
      const uploaded = await arrival;
      if (this.#arrival !== arrival) return null;
      this.uploaded = uploaded;
      if (!this.picture && uploaded.photo_url) void this.#show(uploaded.photo_url);
      return uploaded;
    } catch (error) {
      if (this.#arrival === arrival) throw error;
      return null;
    }
  }

  /** The photo at the server, waited for while it is on its way. */
  async arrived(): Promise<Upload | null> {
    return this.uploaded ?? this.#arrival;
  }

  /** The photo of an earlier generation, as the server keeps it. */
  async restore(uploadId: string, session: Session): Promise<void> {
    this.clear();
    this.#restoring = uploadId;
    const upload = await session.client.uploads.get(uploadId).catch(() => null);
    if (upload?.status !== 'ready' || this.#restoring !== uploadId) return;
    this.uploaded = upload;
    if (upload.photo_url) await this.#show(upload.photo_url);
  }

  clear(): void {
    this.#upload.stop();
    this.#restoring = '';
    this.#arrival = null;
    this.given = null;
    this.picture = null;
    this.uploaded = null;
  }

  async #show(url: string): Promise<void> {
    const { uploaded } = this;
    const picture = await loadPicture(url);
    if (uploaded === this.uploaded) this.picture = picture;
    this.#changed();
  }
}
