import type { Generation } from '@imgvid/api/types';
import { html, type TemplateResult } from 'lit';

export const statusNames: Record<Generation['status'], string> = {
  queued: 'Waiting',
  submitted: 'Handed over',
  running: 'In the making',
  storing: 'Being stored',
  succeeded: 'Ready',
  failed: 'Failed',
  canceled: 'Canceled',
  expired: 'Took too long',
};

const tones: Partial<Record<Generation['status'], string>> = {
  succeeded: 'good',
  failed: 'bad',
  expired: 'bad',
  running: 'accent',
  storing: 'accent',
};

export const statusBadge = (status: Generation['status']): TemplateResult =>
  html`<span><span class="badge ${tones[status] ?? ''}">${statusNames[status]}</span></span>`;

/** What a video is called in lists: the product, or what was done with the photo. */
export const nameOf = ({ product_ref, params }: Generation): string =>
  product_ref ?? `${sentenceCase(params.camera.move)}, ${params.duration_s} s`;

export const sentenceCase = (name: string): string =>
  name.charAt(0).toUpperCase() + name.slice(1).replaceAll('_', ' ');

/** Who asked for it: a visitor, known by the end of his id only, or the tenant's own server. */
export const whoOf = ({ visitor_id }: Generation): string =>
  visitor_id === null ? 'Your server' : `Visitor …${visitor_id.slice(-5)}`;
