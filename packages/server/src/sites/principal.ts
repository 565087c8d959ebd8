import type { Role, SiteRouting } from '@imgvid/api';
import type { Act } from '../platform/audit/index.ts';
import type { TenantScope } from '../platform/database/index.ts';
import type { AppEnv } from '../platform/http/env.ts';
import type { Mode } from './keys.ts';

/** Who is calling, and so whose rows he may reach. */
export type Principal =
  | {
      kind: 'visitor';
      tenantId: string;
      siteId: string;
      visitorId: string;
      mode: Mode;
      actor: string;
      origin: string;
      /** Of his network, a keyed hash. */
      network: string;
      /** The site's own server vouches for him. */
      signedIn: boolean;
      /** The models his site lets him use; null: all. */
      models: readonly string[] | null;
      /** How his site has models chosen. */
      routing?: SiteRouting;
    }
  | {
      kind: 'secret';
      tenantId: string;
      /** The site the key was made for; it reaches the whole tenant. */
      siteId: string | null;
      visitorId: undefined;
      mode: Mode;
      scopes: string[];
      /** How the site of the key has models chosen. */
      routing?: SiteRouting;
      actor: string;
    }
  | {
      /** Somebody signed in to the console, acting for the tenant of the `ImgVid-Tenant` header. */
      kind: 'member';
      tenantId: string;
      siteId: null;
      visitorId: undefined;
      /** Of the `ImgVid-Mode` header; live unless it says otherwise. */
      mode: Mode;
      /** He acts for no one site, so the usual routing holds. */
      routing?: undefined;
      personId: string;
      role: Role;
      actor: string;
      /** Where from, for the audit log: the address without its end, and browser and system. */
      network: string;
      device: string;
      /** His session began with a second factor. */
      secondFactor: boolean;
      /** Until then dangerous acts need no new proof that it is him. */
      confirmedUntil: Date;
    };

export type MemberPrincipal = Extract<Principal, { kind: 'member' }>;

export interface PrincipalEnv extends AppEnv {
  Variables: AppEnv['Variables'] & { principal: Principal };
}

export const scopeOf = ({ tenantId, visitorId }: Principal): TenantScope => ({ tenantId, visitorId });

/** What a principal does, for the audit log. */
export function actOf(
  principal: Principal,
  action: Act['action'],
  subject: Act['subject'],
  detail: Record<string, unknown> = {},
): Act {
  const { tenantId } = principal;
  const actor: Act['actor'] =
    principal.kind === 'member'
      ? { kind: 'member', id: principal.personId, network: principal.network, device: principal.device }
      : { kind: principal.kind === 'secret' ? 'key' : 'system', id: principal.actor };
  return { tenantId, actor, action, subject, detail };
}
