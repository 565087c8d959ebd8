import type { ModelList, SiteLook } from '@imgvid/api/types';

/** From the page with the settings to the preview in its frame. */
export interface ShowPreview {
  type: 'imgvid-preview';
  look: SiteLook;
  models: ModelList;
  scheme: 'light' | 'dark';
  photo: boolean;
}

/** From the preview: it listens. */
export const previewReady = 'imgvid-preview-ready';
