import type { Site } from '@imgvid/api/types';

/**
 * What outlives a page of a site but not a reload: keys just made (the API shows each once, and the guide still
 * needs the publishable one), and a look that is not saved yet.
 */
const made = new Map<string, string>();
const drafts = new Map<string, Site['look']>();

export const freshKey = (siteId: string): string | null => made.get(siteId) ?? null;
export const keepFreshKey = (siteId: string, key: string): void => void made.set(siteId, key);

export const draftOf = (siteId: string): Site['look'] | null => drafts.get(siteId) ?? null;

export function keepDraft(siteId: string, look: Site['look'] | null): void {
  if (look === null) drafts.delete(siteId);
  else drafts.set(siteId, look);
}

/** What was saved elsewhere in the meantime is not undone by saving the draft. */
export function changeDraft(siteId: string, change: Partial<Site['look']>): void {
  const draft = drafts.get(siteId);
  if (draft) drafts.set(siteId, { ...draft, ...change });
}

addEventListener('beforeunload', (event) => {
  if (drafts.size > 0) event.preventDefault();
});
