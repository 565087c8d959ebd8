export type { Database, DatabaseSettings, NamedQuery, Scope, Tables, Trx } from './database.ts';
export { DatabaseSetupError } from './errors.ts';
export { migrate } from './migrate.ts';
export { notify } from './notify.ts';
export { openDatabase } from './open.ts';
