import type { AuditAction, Origin, Site, SiteUpdate } from '@imgvid/api';
import { writeAudit } from '../../platform/audit/index.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Sealer } from '../../platform/crypto.ts';
import type { Database, Trx } from '../../platform/database/index.ts';
import { notFound, problem, ProblemError } from '../../platform/http/problem.ts';
import { encodeId, newUuid } from '../../platform/ids.ts';
import { actOf, type Principal } from '../principal.ts';
import { plainLook, readLimits, readLook, readRouting } from '../site-settings.ts';
import { presentOrigin, readOrigin } from './origin-entry.ts';
import * as store from './store.ts';

export interface ManagementParts {
  database: Database;
  clock: Clock;
  sealer: Sealer;
  /** Whether the installation has a model of this name. */
  hasModel: (id: string) => boolean;
}

const maxSites = 100;
const maxOrigins = 100;
/** Of the look as JSON; the database takes no more than 64 KB. */
const maxLookBytes = 32 * 1024;

export function presentSite(row: store.SiteRow): Site {
  return {
    id: encodeId('site', row.id),
    name: row.name,
    origins: row.allowed_origins,
    look: readLook(row.look),
    routing: readRouting(row.routing),
    limits: readLimits(row.limits),
    challenge: {
      proof_of_work: row.proof_of_work as Site['challenge']['proof_of_work'],
      turnstile_site_key: row.turnstile_site_key,
    },
    created_at: row.created_at.toISOString(),
  };
}

const noteSite = (
  trx: Trx,
  { clock }: Pick<ManagementParts, 'clock'>,
  principal: Principal,
  action: AuditAction,
  id: string,
  detail: Record<string, unknown>,
): Promise<void> =>
  writeAudit(trx, clock, actOf(principal, action, { type: 'site', id: encodeId('site', id) }, detail));

export async function createSite(parts: ManagementParts, principal: Principal, name: string): Promise<Site> {
  const { tenantId } = principal;
  const row = await parts.database.withTenant({ tenantId }, async (trx) => {
    await store.lockTenant(trx, tenantId);
    if ((await store.countSites(trx, tenantId)) >= maxSites) {
      throw problem('limit_reached', `There are ${maxSites} sites already.`, 'Delete one that is not used.');
    }
    const { clock } = parts;
    const id = newUuid(clock);
    await noteSite(trx, parts, principal, 'site.created', id, { name });
    return store.insertSite(trx, { tenantId, id, name, look: plainLook(), now: clock.now() });
  });
  return presentSite(row);
}

/** `kept` is the look before: what it lists may stay, also when a key was taken away and its models with it. */
function checkLook(parts: ManagementParts, look: Site['look'], kept: Site['look']): void {
  const size = Buffer.byteLength(JSON.stringify(look));
  if (size > maxLookBytes) {
    throw problem(
      'payload_too_large',
      `The look of the site is ${Math.ceil(size / 1024)} KB; at most ${maxLookBytes / 1024} KB are kept.`,
      'Shorten the texts, or leave out languages that say the same as “*”.',
    );
  }
  const unknown = look.models?.find((model) => !parts.hasModel(model) && !kept.models?.includes(model));
  if (unknown !== undefined) {
    throw new ProblemError({
      code: 'invalid_request',
      detail: 'There is no such model.',
      hint: 'GET /v1/models lists them.',
      errors: [
        { path: 'look.models', message: `“${unknown.slice(0, 100)}” is not a model of this installation` },
      ],
    });
  }
}

/** With what was changed in it, checked as a whole. */
function mergedLook(parts: ManagementParts, kept: Site['look'], update: SiteUpdate['look']): Site['look'] {
  const given = Object.entries(update ?? {}).filter(([, value]) => value !== undefined);
  const look = { ...kept, ...Object.fromEntries(given) };
  checkLook(parts, look, kept);
  return look;
}

function changeOf(
  parts: ManagementParts,
  row: store.SiteRow,
  { name, look, limits, challenge, routing }: SiteUpdate,
): store.SiteChange {
  const secret = challenge?.turnstile_secret;
  const change = {
    name,
    look: look && JSON.stringify(look),
    limits: limits && JSON.stringify({ ...readLimits(row.limits), ...limits }),
    routing: routing && JSON.stringify({ ...readRouting(row.routing), ...routing }),
    proof_of_work: challenge?.proof_of_work,
    turnstile_site_key: challenge?.turnstile_site_key,
    turnstile_secret: typeof secret === 'string' ? parts.sealer.seal(secret, `turnstile ${row.id}`) : secret,
  };
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}

function checkTurnstile(row: store.SiteRow): void {
  if ((row.turnstile_site_key === null) === (row.turnstile_secret === null)) return;
  throw problem(
    'invalid_request',
    'Turnstile needs both its site key and its secret, or neither.',
    'Send challenge.turnstile_site_key and challenge.turnstile_secret together.',
  );
}

const told = ['name', 'limits', 'proof_of_work', 'turnstile_site_key'] as const;

/** For the audit log: what was changed, and from what to what where that is short and no secret. */
function changeToTell(before: store.SiteRow, after: store.SiteRow, change: store.SiteChange) {
  const given = told.filter((name) => name in change);
  const shown = (row: store.SiteRow) => Object.fromEntries(given.map((name) => [name, row[name]]));
  return { changed: Object.keys(change), from: shown(before), to: shown(after) };
}

/** Changes what was given; what was left out stays. */
export async function changeSite(
  parts: ManagementParts,
  principal: Principal,
  id: string,
  update: SiteUpdate,
): Promise<Site> {
  const { tenantId } = principal;
  return parts.database.withTenant({ tenantId }, async (trx) => {
    await store.lockTenant(trx, tenantId);
    const before = await store.findSite(trx, tenantId, id);
    if (!before) throw notFound('site');
    const look = update.look && mergedLook(parts, readLook(before.look), update.look);
    const change = changeOf(parts, before, { ...update, look });
    if (Object.keys(change).length === 0) return presentSite(before);
    const row = await store.updateSite(trx, tenantId, id, change);
    if (!row) throw notFound('site');
    checkTurnstile(row);
    await noteSite(trx, parts, principal, 'site.changed', id, changeToTell(before, row, change));
    return presentSite(row);
  });
}

/** Its keys stop at once. Its videos stay until they are deleted by themselves. */
export async function deleteSite(parts: ManagementParts, principal: Principal, id: string): Promise<void> {
  const { tenantId } = principal;
  const now = parts.clock.now();
  await parts.database.withTenant({ tenantId }, async (trx) => {
    const row = await store.updateSite(trx, tenantId, id, {
      deleted_at: now,
      turnstile_site_key: null,
      turnstile_secret: null,
    });
    if (!row) throw notFound('site');
    await store.revokeKeysOfSite(trx, tenantId, id, now);
    await noteSite(trx, parts, principal, 'site.deleted', id, { name: row.name });
  });
}

export async function allowOrigin(
  parts: ManagementParts,
  principal: Principal,
  id: string,
  request: { origin: string; subdomains: boolean },
): Promise<Origin> {
  const { tenantId } = principal;
  const origin = readOrigin(request.origin, request.subdomains);
  const origins = await parts.database.withTenant({ tenantId }, async (trx) => {
    if (await store.addOrigin(trx, { tenantId, id, origin, most: maxOrigins })) {
      await noteSite(trx, parts, principal, 'origin.allowed', id, { origin });
    }
    return (await store.findSite(trx, tenantId, id))?.allowed_origins;
  });
  if (!origins) throw notFound('site');
  if (!origins.includes(origin)) {
    throw problem(
      'limit_reached',
      `A site has at most ${maxOrigins} origins.`,
      'Remove one that is not used.',
    );
  }
  return presentOrigin(origin);
}

export async function removeOrigin(
  parts: ManagementParts,
  principal: Principal,
  id: string,
  origin: string,
): Promise<void> {
  const { tenantId } = principal;
  await parts.database.withTenant({ tenantId }, async (trx) => {
    if (!(await store.removeOrigin(trx, { tenantId, id, origin }))) throw notFound('origin');
    await noteSite(trx, parts, principal, 'origin.removed', id, { origin });
  });
}
