export type {
  Database,
  DatabaseSettings,
  NamedQuery,
  PersonScope,
  Scope,
  Tables,
  TenantScope,
  Trx,
} from './database.ts';
export { DatabaseSetupError } from './errors.ts';
export { migrate } from './migrate.ts';
export { notify } from './notify.ts';
export { openDatabase } from './open.ts';
export { enter } from './scope.ts';
