export { demoKeys, type Mode } from './keys.ts';
export { demoTenantId, seedDemoTenant } from './demo.ts';
export { openKeyDirectory, type KeyDirectory } from './key-directory.ts';
export { authenticate } from './authenticate.ts';
export { scopeOf, type Principal, type PrincipalEnv } from './principal.ts';
export { requestLimits, type RequestLimits } from './request-limits.ts';
export { siteRoutes } from './routes.ts';
export { visitorTokens, type VisitorTokens } from './visitor-tokens.ts';
