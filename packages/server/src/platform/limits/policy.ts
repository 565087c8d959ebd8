/** How much of something is allowed: `points` in a window of `windowS` seconds, counted from its first use. */
export interface Policy {
  /** Stands in the RateLimit headers: lower case, digits and underscores. */
  name: string;
  points: number;
  windowS: number;
  /** Not scaled by IMGVID_RATE_LIMIT_FACTOR: the number means something else than how much traffic is taken. */
  exact?: boolean;
}

/** What is left of a policy for one caller. */
export interface Standing {
  policy: Policy;
  /** False: this was refused. */
  ok: boolean;
  /** Points left in this window, as far as this process knows. */
  left: number;
  /** Seconds until the window ends. */
  resetS: number;
}
