export type { Database, DatabaseSettings, NamedQuery, Scope, Tables, Trx } from './database.ts';
