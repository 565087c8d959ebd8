import type { SiteLimits, SiteLimitsUse } from '@imgvid/api';
import type { Clock } from '../../platform/clock.ts';
import type { Trx } from '../../platform/database/index.ts';
import { ProblemError } from '../../platform/http/problem.ts';
import { encodeId, newUuid } from '../../platform/ids.ts';
import type { Principal } from '../principal.ts';
import { readLimits } from '../site-settings.ts';
import * as store from './store.ts';

/*
 * What a page sends can be forged, its Origin too. So spending is bounded here, in the transaction that holds the
 * credits: the counters are raised and read by one statement that locks them, and a refusal takes all of it back.
 */

type Visitor = Extract<Principal, { kind: 'visitor' }>;
type Kind = 'visitor' | 'network' | 'origin' | 'anonymous';

/** From here on the owner is told. */
const alertAt = 0.8;

const limitOf = (limits: SiteLimits, kind: Kind): number | null =>
  ({
    visitor: limits.visitor_videos_per_day,
    network: limits.network_videos_per_day,
    origin: limits.origin_videos_per_day,
    anonymous: limits.anonymous_credits_per_day,
  })[kind];

const settingOf: Record<Kind, keyof SiteLimits> = {
  visitor: 'visitor_videos_per_day',
  network: 'network_videos_per_day',
  origin: 'origin_videos_per_day',
  anonymous: 'anonymous_credits_per_day',
};

function countersOf(visitor: Visitor): { kind: Kind; who: string }[] {
  const counters: { kind: Kind; who: string }[] = [
    { kind: 'visitor', who: visitor.visitorId },
    { kind: 'network', who: visitor.network },
    { kind: 'origin', who: visitor.origin },
    { kind: 'anonymous', who: '' },
  ];
  // A sign-in cannot be forged; the site's own server vouches for him.
  return visitor.signedIn ? counters.filter(({ kind }) => kind !== 'anonymous') : counters;
}

/** Of UTC. */
const dayOf = (now: Date): string => now.toISOString().slice(0, 10);

const secondsToMidnight = (now: Date): number => 86_400 - (Math.floor(now.getTime() / 1000) % 86_400);

function refuse(kind: Kind, limit: number, now: Date): ProblemError {
  const detail =
    kind === 'visitor' ? 'That was the last video for today.' : 'This site makes no more videos today.';
  return new ProblemError({
    code: 'limit_reached',
    detail: `${detail} Please come back tomorrow. Nothing was charged.`,
    hint: `The site’s limit ${settingOf[kind]} is ${limit}; its owner can raise it.`,
    retryAfterS: secondsToMidnight(now),
  });
}

/** What counts against the limits of a site today, as the counters themselves say. */
export async function readUse(
  trx: Trx,
  clock: Clock,
  { tenantId, siteId, mode }: Pick<Visitor, 'tenantId' | 'siteId' | 'mode'>,
): Promise<SiteLimitsUse> {
  const day = dayOf(clock.now());
  const counts = await store.highestOfDay(trx, { tenantId, siteId, mode, day });
  const highest = (kind: Kind) => counts.find((count) => count.kind === kind);
  return {
    mode,
    day,
    anonymous_credits_per_day: highest('anonymous')?.credits ?? 0,
    visitor_videos_per_day: highest('visitor')?.videos ?? 0,
    network_videos_per_day: highest('network')?.videos ?? 0,
    origin_videos_per_day: highest('origin')?.videos ?? 0,
    busiest_origin: highest('origin')?.who ?? null,
  };
}

/** Counts a visitor's video, and refuses it by `limit_reached` where the site's owner has drawn the line. */
export async function takeAllowance(
  trx: Trx,
  clock: Clock,
  visitor: Visitor,
  credits: number,
): Promise<void> {
  const { tenantId, siteId, mode } = visitor;
  const now = clock.now();
  const day = dayOf(now);
  const [kept, counts] = await Promise.all([
    store.findLimits(trx, tenantId, siteId),
    store.addToDay(trx, { tenantId, siteId, mode, day }, countersOf(visitor), credits),
  ]);
  const limits = readLimits(kept);
  for (const count of counts) {
    const kind = count.kind as Kind;
    const limit = limitOf(limits, kind);
    if (limit === null) continue;
    const [used, step] = kind === 'anonymous' ? [count.credits, credits] : [count.videos, 1];
    if (used > limit) throw refuse(kind, limit, now);
    // Of the whole site only: one eager visitor is no news. The lock lets exactly one submit cross the line.
    const crossed = used >= limit * alertAt && used - step < limit * alertAt;
    if (crossed && (kind === 'anonymous' || kind === 'origin')) {
      await store.insertOutboxEvent(trx, {
        tenantId,
        id: newUuid(clock),
        type: 'site.limit_near',
        subjectId: siteId,
        data: { site_id: encodeId('site', siteId), mode, day, limit: settingOf[kind], allowed: limit, used },
        now,
      });
    }
  }
}
