import type { Transaction } from 'kysely';
import type { QueryResultRow } from 'pg';
import type { NamedQuery } from './batch.ts';
import type { DB as Tables } from './generated/tables.ts';

export type { NamedQuery, Tables };

/** Whose rows a transaction sees: the tenant's, or only one visitor's of that tenant. UUIDs. */
export interface TenantScope {
  tenantId: string;
  visitorId?: string | undefined;
}

/**
 * The rows of one person (UUID); or, before anybody is known, those that what the caller holds leads to: a token by
 * its SHA-256 or a passkey by its id, or a mail address in its one spelling.
 */
export type PersonScope = { personId: string } | { secret: Buffer } | { email: string };

export type Scope = TenantScope | PersonScope;

export type Trx = Transaction<Tables>;

export interface Database {
  /** One transaction in the tenant's scope; rolls back when `work` throws. */
  withTenant<T>(scope: TenantScope, work: (trx: Trx) => Promise<T>): Promise<T>;
  /** One transaction in the scope of a person, or of what leads to one; `enter` changes it on the way. */
  withPerson<T>(scope: PersonScope, work: (trx: Trx) => Promise<T>): Promise<T>;
  /** One read in the tenant's scope at the cost of a single round trip. */
  read<T>(scope: Scope, query: NamedQuery): Promise<T[]>;
  /**
   * Statements with fixed texts in one transaction, in the tenant's scope, at the cost of a single round trip: all
   * or nothing. The rows of each.
   */
  batch(scope: Scope, queries: readonly NamedQuery[]): Promise<QueryResultRow[][]>;
  /** One statement on a table that belongs to no tenant, at the cost of a single round trip. Policies hide all others. */
  unscoped<T>(query: NamedQuery): Promise<T[]>;
  /** The second door: sees every tenant, as role imgvid_system. Each use is logged with its purpose. */
  withSystem<T>(purpose: string, work: (trx: Trx) => Promise<T>): Promise<T>;
  /** NOTIFYs of a channel; `onReconnect` tells that some may have been missed. Returns how to stop. */
  listen(
    channel: string,
    onMessage: (payload: string) => void,
    onReconnect: () => void,
  ): Promise<() => Promise<void>>;
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** The part of Config the database needs. `url` may be privileged; see roles.ts. */
export interface DatabaseSettings {
  url: string;
  appUrl?: string | undefined;
  systemUrl?: string | undefined;
  poolSize: number;
  secret: string;
}
