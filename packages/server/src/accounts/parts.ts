import type { Clock } from '../platform/clock.ts';
import type { Sealer } from '../platform/crypto.ts';
import type { Database } from '../platform/database/index.ts';
import type { ClientAddress } from '../platform/http/client-address.ts';
import type { Limits } from '../platform/limits/index.ts';
import type { Mailer } from '../platform/mail/index.ts';
import type { Queue } from '../platform/queue/index.ts';
import type { Passwords } from './people/passwords.ts';

/** What the accounts of people are built on. */
export interface AccountParts {
  database: Database;
  clock: Clock;
  mailer: Mailer;
  queue: Pick<Queue, 'send'>;
  limits: Limits;
  addressOf: ClientAddress;
  /** For secrets of authenticator apps. */
  sealer: Sealer;
  /** Of the hashes of recovery codes. */
  recoveryKey: Uint8Array;
  publicUrl: string;
  passwords: Passwords;
  /** Whether anybody may sign up. */
  signUp: 'open' | 'off';
  /** Whether mails reach anybody: by a mail server, or in development the outbox. */
  sendsMail: boolean;
}

const minuteMs = 60_000;
/** How long links in mails live, and challenges of passkeys. */
export const lifetimes = {
  sign_up: 24 * 60 * minuteMs,
  sign_in: 15 * minuteMs,
  password_reset: 30 * minuteMs,
  email_change: 60 * minuteMs,
  /** Long enough that somebody on holiday still gets his account back. */
  email_stop: 7 * 24 * 60 * minuteMs,
  passkey_new: 5 * minuteMs,
  passkey: 5 * minuteMs,
} as const;
export type Purpose = keyof typeof lifetimes;

/** What two spellings of one address share. The part before the @ is the provider's affair, but none tells case apart. */
export const emailKey = (email: string): string => email.trim().normalize('NFKC').toLowerCase();
