import type { Generation } from '@imgvid/api/types';
import type { WidgetErrorCode } from './errors.ts';

/** Where a video in the making is; `uploading` only while its photo is still on the way. */
export type Stage = 'uploading' | 'queued' | 'rendering' | 'finishing';

/** What the widget tells the page. Every event bubbles and crosses shadow roots. */
export interface ImgvidEventDetails {
  /** The widget can be used. */
  'imgvid-ready': null;
  /** A photo has arrived: its id and upright size in pixels. */
  'imgvid-photo': { upload_id: string; width: number | null; height: number | null };
  /** A generation was accepted. */
  'imgvid-created': { generation: Generation };
  /** `progress` is 0 to 1, of this stage while uploading and of the generation after that. */
  'imgvid-progress': { stage: Stage; progress: number; generation_id: string | null };
  'imgvid-complete': { generation: Generation };
  /** `message` and `hint` are for the site's owner, in English. */
  'imgvid-error': { code: WidgetErrorCode; message: string; hint: string | undefined };
  'imgvid-canceled': { generation_id: string | null };
  'imgvid-deleted': { generation_id: string };
}

export type ImgvidEventName = keyof ImgvidEventDetails;

export function emit<N extends ImgvidEventName>(
  target: EventTarget,
  name: N,
  detail: ImgvidEventDetails[N],
): void {
  target.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
}

declare global {
  interface HTMLElementEventMap {
    'imgvid-ready': CustomEvent<ImgvidEventDetails['imgvid-ready']>;
    'imgvid-photo': CustomEvent<ImgvidEventDetails['imgvid-photo']>;
    'imgvid-created': CustomEvent<ImgvidEventDetails['imgvid-created']>;
    'imgvid-progress': CustomEvent<ImgvidEventDetails['imgvid-progress']>;
    'imgvid-complete': CustomEvent<ImgvidEventDetails['imgvid-complete']>;
    'imgvid-error': CustomEvent<ImgvidEventDetails['imgvid-error']>;
    'imgvid-canceled': CustomEvent<ImgvidEventDetails['imgvid-canceled']>;
    'imgvid-deleted': CustomEvent<ImgvidEventDetails['imgvid-deleted']>;
  }
}
