import type { Site, SiteList } from '@imgvid/api/types';
import { api } from './api.ts';

const perPage = 100;

export const sitesPage = (cursor: string | undefined, signal: AbortSignal): Promise<SiteList> =>
  api.get<SiteList>('/v1/sites', { limit: perPage, cursor }, signal);

/** Every site of the tenant, however many there are: for names and for choices. */
export async function allSites(signal: AbortSignal): Promise<Site[]> {
  const sites: Site[] = [];
  let cursor: string | null | undefined;
  do {
    const page = await sitesPage(cursor ?? undefined, signal);
    sites.push(...page.data);
    cursor = page.next_cursor;
  } while (cursor !== null);
  return sites;
}
