import type { Scope } from '../platform/database/index.ts';
import type { AppEnv } from '../platform/http/env.ts';
import type { Mode } from './keys.ts';

/** Who is calling, and so whose rows he may reach. */
export type Principal =
  | { kind: 'visitor'; tenantId: string; siteId: string; visitorId: string; mode: Mode; actor: string }
  | {
      kind: 'secret';
      tenantId: string;
      siteId: null;
      visitorId: undefined;
      mode: Mode;
      scopes: string[];
      actor: string;
    };

export interface PrincipalEnv extends AppEnv {
  Variables: AppEnv['Variables'] & { principal: Principal };
}

export const scopeOf = ({ tenantId, visitorId }: Principal): Scope => ({ tenantId, visitorId });
