export { demoKeys, type Mode } from './keys.ts';
export { demoTenantId, seedDemoTenant } from './demo.ts';
export { openKeyDirectory, type KeyDirectory } from './key-directory.ts';
export { authenticate, scopeOf, type Principal, type PrincipalEnv } from './principal.ts';
export { siteRoutes } from './routes.ts';
export { visitorTokens, type VisitorTokens } from './visitor-tokens.ts';
