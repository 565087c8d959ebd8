import type { Site } from '@imgvid/api/types';

/** Which models make the videos of a site, as it is being chosen. */
export interface ModelChoice {
  /** In their order; null: all there are, also those that come later. */
  models: readonly string[] | null;
  routing: Site['routing'];
}

interface Drafts {
  look: Site['look'];
  models: ModelChoice;
}

/**
 * What outlives a page of a site but not a reload: keys just made (the API shows each once, and the guide still
 * needs the publishable one), and what is not saved yet.
 */
const made = new Map<string, string>();
const drafts: { [K in keyof Drafts]: Map<string, Drafts[K]> } = { look: new Map(), models: new Map() };

export const freshKey = (siteId: string): string | null => made.get(siteId) ?? null;
export const keepFreshKey = (siteId: string, key: string): void => void made.set(siteId, key);

export const draftOf = <K extends keyof Drafts>(part: K, siteId: string): Drafts[K] | null =>
  drafts[part].get(siteId) ?? null;

export function keepDraft<K extends keyof Drafts>(part: K, siteId: string, draft: Drafts[K] | null): void {
  if (draft === null) drafts[part].delete(siteId);
  else drafts[part].set(siteId, draft);
}

export function forgetDrafts(siteId: string): void {
  for (const part of Object.values(drafts)) part.delete(siteId);
}

addEventListener('beforeunload', (event) => {
  if (Object.values(drafts).some((part) => part.size > 0)) event.preventDefault();
});
