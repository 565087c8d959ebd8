import { z } from 'zod';
import { keyScopes } from '../names.ts';
import { id, page, timestamp } from './common.ts';
import { SiteLook, SiteLookChange } from './site-look.ts';

const name = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^[^\p{Cc}\u202A-\u202E\u2066-\u2069]*$/u, 'text on one line, without marks that turn it round');

const perDay = (most: number, what: string) =>
  z
    .int()
    .min(0)
    .max(most)
    .nullable()
    .meta({ description: `${what}; null: no limit; 0: none at all` });

export const SiteLimits = z
  .strictObject({
    visitor_videos_per_day: perDay(100_000, 'Videos one visitor may make'),
    network_videos_per_day: perDay(1_000_000, 'Videos visitors of one network may make together'),
    origin_videos_per_day: perDay(1_000_000, 'Videos visitors may make on one origin'),
    anonymous_credits_per_day: perDay(
      1_000_000_000,
      'Credits all visitors may spend whom your server has not signed in: the most a forged origin can cost',
    ),
  })
  .meta({ id: 'SiteLimits', description: 'Days are of UTC. Test and live are counted apart.' });

/** The most that counts against each limit: one visitor or network or origin may be near it while others are not. */
export const SiteLimitsUse = z
  .object({
    mode: z.enum(['test', 'live']),
    day: z.iso.date().meta({ description: 'Of UTC', example: '2026-11-24' }),
    anonymous_credits_per_day: z.int().meta({ description: 'Of all visitors without a sign-in together' }),
    visitor_videos_per_day: z.int().meta({ description: 'Of the visitor with the most' }),
    network_videos_per_day: z.int().meta({ description: 'Of the network with the most' }),
    origin_videos_per_day: z.int().meta({ description: 'Of the origin with the most' }),
    busiest_origin: z.string().nullable(),
  })
  .meta({ id: 'SiteLimitsUse', description: 'What counts today against the limits of the same names' });

export const SiteChallenge = z
  .strictObject({
    proof_of_work: z.enum(['never', 'suspicious', 'always']).meta({
      description: 'When a visitor’s browser has to do a second of work before its session',
    }),
    turnstile_site_key: z
      .string()
      .max(100)
      .regex(/^[\w.-]+$/)
      .nullable()
      .meta({ description: 'Of Cloudflare Turnstile; asked for in the same cases, instead of the work' }),
  })
  .meta({ id: 'SiteChallenge' });

export const SiteRouting = z
  .strictObject({
    prefer: z.enum(['listed', 'price', 'speed']).meta({
      description:
        'Which model `auto` takes of those that can do what is asked for: the first in `look.models`, the cheapest, or the quickest here lately',
    }),
    fallback: z.enum(['never', 'auto', 'always']).meta({
      description:
        'Whether another model may take over when one cannot be used or fails: never, where `auto` chose it, or always. It never costs more than was held; what is refused for its content is not tried elsewhere.',
    }),
  })
  .meta({ id: 'SiteRouting' });

const challengeChange = SiteChallenge.extend({
  turnstile_secret: z
    .string()
    .min(1)
    .max(200)
    .regex(/^[\w.-]+$/)
    .nullable()
    .meta({ description: 'Kept encrypted, never shown again' }),
}).partial();

export const Site = z
  .object({
    id: id('site', 'The site'),
    name: z.string(),
    origins: z.array(z.string()).meta({ description: 'Where its widget may run' }),
    look: SiteLook,
    limits: SiteLimits,
    challenge: SiteChallenge,
    routing: SiteRouting,
    created_at: timestamp,
  })
  .meta({ id: 'Site' });

export const SiteList = page(Site, 'SiteList');

export const SiteCreate = z.strictObject({ name }).meta({ id: 'SiteCreate' });

export const SiteUpdate = z
  .strictObject({
    name: name.optional(),
    look: SiteLookChange.optional().meta({ description: 'Each part of it that is given is replaced whole' }),
    limits: SiteLimits.partial().optional(),
    challenge: challengeChange.optional(),
    routing: SiteRouting.partial().optional(),
  })
  .meta({ id: 'SiteUpdate', description: 'What is left out stays as it is' });

export const Origin = z
  .object({
    origin: z.string().meta({ description: 'As browsers send it', example: 'https://xn--bcher-kva.example' }),
    unicode: z.string().meta({ description: 'As people read it', example: 'https://bücher.example' }),
    wildcard: z.boolean().meta({ description: 'Every subdomain, but not the domain itself' }),
    warnings: z.array(z.string()).meta({ description: 'What looks odd about it, in sentences' }),
  })
  .meta({ id: 'Origin' });

export const OriginList = z.object({ data: z.array(Origin) }).meta({ id: 'OriginList' });

export const OriginRequest = z
  .strictObject({
    origin: z
      .string()
      .min(1)
      .max(300)
      .meta({ description: 'Scheme, host and port', example: 'https://shop.example' }),
    subdomains: z.boolean().default(false).meta({
      description: 'Allow every subdomain of the host: only where you own all of them',
    }),
  })
  .meta({ id: 'OriginRequest' });

export const OriginRemoval = z
  .strictObject({ origin: z.string().min(1).max(300) })
  .meta({ id: 'OriginRemoval' });

export const Key = z
  .object({
    id: id('key', 'The key'),
    site_id: id('site', 'The site it was made for').nullable(),
    kind: z.enum(['publishable', 'secret']),
    mode: z.enum(['test', 'live']),
    name: z.string(),
    prefix: z.string().meta({ description: 'Its first characters, to tell it from others' }),
    scopes: z.array(z.enum(keyScopes)).meta({ description: 'What a secret key may do; empty: everything' }),
    status: z.enum(['active', 'expiring', 'expired', 'revoked']),
    created_at: timestamp,
    last_used_at: timestamp.nullable().meta({ description: 'To the minute' }),
    expires_at: timestamp.nullable(),
    revoked_at: timestamp.nullable(),
  })
  .meta({ id: 'Key' });

export const KeyList = z.object({ data: z.array(Key) }).meta({ id: 'KeyList' });

export const NewKey = Key.extend({
  key: z.string().meta({ description: 'The key itself: shown this once, and kept nowhere' }),
}).meta({ id: 'NewKey' });

export const KeyRequest = z
  .strictObject({
    kind: z.enum(['publishable', 'secret']),
    mode: z.enum(['test', 'live']),
    name: name.max(100).default('Key'),
    scopes: z.array(z.enum(keyScopes)).max(keyScopes.length).default([]),
    expires_at: timestamp.nullable().default(null),
  })
  .meta({ id: 'KeyRequest' });

export const KeyRotation = z
  .strictObject({
    overlap_s: z.int().min(0).max(2_592_000).default(86_400).meta({
      description: 'Seconds for which the old key goes on working: at most 30 days',
    }),
  })
  .meta({ id: 'KeyRotation' });

export const IdentityKey = z
  .object({
    id: id('idk', 'The identity key'),
    algorithm: z.enum(['HS256', 'ES256']),
    created_at: timestamp,
  })
  .meta({ id: 'IdentityKey', description: 'What your server signs its visitors’ tokens with' });

export const IdentityKeyList = z.object({ data: z.array(IdentityKey) }).meta({ id: 'IdentityKeyList' });

export const NewIdentityKey = IdentityKey.extend({
  secret: z.string().nullable().meta({ description: 'HS256: the secret, shown this once; ES256: null' }),
}).meta({ id: 'NewIdentityKey' });

export const IdentityKeyRequest = z
  .discriminatedUnion('algorithm', [
    z.strictObject({ algorithm: z.literal('HS256') }),
    z.strictObject({
      algorithm: z.literal('ES256'),
      public_key: z.string().max(1000).meta({ description: 'PEM (SPKI) of a P-256 key' }),
    }),
  ])
  .meta({ id: 'IdentityKeyRequest' });

export type SiteLimits = z.infer<typeof SiteLimits>;
export type SiteLimitsUse = z.infer<typeof SiteLimitsUse>;
export type SiteChallenge = z.infer<typeof SiteChallenge>;
export type SiteRouting = z.infer<typeof SiteRouting>;
export type Site = z.infer<typeof Site>;
export type SiteList = z.infer<typeof SiteList>;
export type SiteCreate = z.input<typeof SiteCreate>;
export type SiteUpdate = z.infer<typeof SiteUpdate>;
export type SiteUpdateInput = z.input<typeof SiteUpdate>;
export type Origin = z.infer<typeof Origin>;
export type OriginList = z.infer<typeof OriginList>;
export type OriginRequest = z.input<typeof OriginRequest>;
export type Key = z.infer<typeof Key>;
export type KeyList = z.infer<typeof KeyList>;
export type NewKey = z.infer<typeof NewKey>;
export type KeyRequest = z.input<typeof KeyRequest>;
export type KeyRotation = z.input<typeof KeyRotation>;
export type IdentityKey = z.infer<typeof IdentityKey>;
export type IdentityKeyList = z.infer<typeof IdentityKeyList>;
export type NewIdentityKey = z.infer<typeof NewIdentityKey>;
export type IdentityKeyRequest = z.infer<typeof IdentityKeyRequest>;
