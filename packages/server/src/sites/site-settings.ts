import { SiteLimits, SiteLook, SiteRouting, type SiteChallenge } from '@imgvid/api';

/** What a site allows until its owner says otherwise: enough to try, too little to be worth stealing. */
const usualLimits: SiteLimits = {
  visitor_videos_per_day: 20,
  network_videos_per_day: 200,
  origin_videos_per_day: null,
  anonymous_credits_per_day: 2000,
};

/** Where nothing can be stolen, or somebody else counts. */
export const noLimits: SiteLimits = {
  visitor_videos_per_day: null,
  network_videos_per_day: null,
  origin_videos_per_day: null,
  anonymous_credits_per_day: null,
};

export const plainLook = (): SiteLook => SiteLook.parse({});

/** As kept, with what came later filled in. What cannot be read any more is as if it had never been set. */
export function readLook(kept: unknown): SiteLook {
  const read = SiteLook.safeParse(kept);
  return read.success ? read.data : plainLook();
}

export function readLimits(kept: unknown): SiteLimits {
  const limits = SiteLimits.safeParse({ ...usualLimits, ...(typeof kept === 'object' ? kept : {}) });
  return limits.success ? limits.data : usualLimits;
}

/** Nobody’s video is made by another model than he was told, until the owner says that it may be. */
export const usualRouting: SiteRouting = { prefer: 'listed', fallback: 'never' };

export function readRouting(kept: unknown): SiteRouting {
  const routing = SiteRouting.safeParse({ ...usualRouting, ...(typeof kept === 'object' ? kept : {}) });
  return routing.success ? routing.data : usualRouting;
}

/** Turnstile and work, as the key of a page finds them. */
export interface SiteChallenges {
  proofOfWork: SiteChallenge['proof_of_work'];
  turnstile: { siteKey: string; secret: Buffer } | null;
}

/** What a site asks of newcomers, as its row says. */
export const challengesOf = (row: {
  proof_of_work: string | null;
  turnstile_site_key: string | null;
  turnstile_secret: Buffer | null;
}): SiteChallenges => ({
  proofOfWork: (row.proof_of_work ?? 'suspicious') as SiteChallenges['proofOfWork'],
  turnstile:
    row.turnstile_site_key !== null && row.turnstile_secret !== null
      ? { siteKey: row.turnstile_site_key, secret: row.turnstile_secret }
      : null,
});
