import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describeSettings, isKnown, readSettings, type Values } from './settings.ts';

export { deriveKey } from './platform/crypto.ts';

/** The server's settings, as the parts use them. Read and validated by loadConfig. */
export interface Config {
  env: 'development' | 'production' | 'test';
  role: 'all' | 'api' | 'worker';
  host: string;
  port: number;
  /** Origin under which browsers reach the server, without a slash at the end. */
  publicUrl: string;
  /** Absolute. */
  dataDir: string;
  database: {
    /** Undefined: the embedded Postgres is to be started. */
    url: string | undefined;
    /** The role of the server's own transactions; undefined: roles made by the migration step. */
    appUrl: string | undefined;
    /** The role of the second door; given exactly when appUrl is. */
    systemUrl: string | undefined;
    poolSize: number;
  };
  secret: string;
  s3: S3Settings | undefined;
  kie: KieConfig | undefined;
  replicate: ReplicateConfig | undefined;
  pricing: { marginPercent: number; creditMicros: number };
  resultMaxBytes: number;
  /** `address:port` inside the own network from which files may be fetched. */
  fetchAllow: string[];
  renderConcurrency: number;
  photoConcurrency: number;
  uploadMaxBytes: number;
  retentionDays: number;
  logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';
  turnstileUrl: string;
  /** Undefined: no mail is sent; in development it can be read in the outbox. */
  smtpUrl: string | undefined;
  mailFrom: string;
  signUp: 'open' | 'off';
  /** log2 of scrypt's N. */
  passwordCost: number;
  /** Multiplies the points of every rate limit. */
  rateLimitFactor: number;
  /** Addresses and CIDR ranges whose X-Forwarded-For is believed. */
  trustedProxies: string[];
  /** Sentences for the log: unknown variables and the like. */
  warnings: string[];
}

export interface S3Settings {
  /** Undefined: Amazon's own for the region. */
  endpoint: string | undefined;
  region: string;
  bucket: string;
  accessKeyId: string;
  secretAccessKey: string;
  forcePathStyle: boolean;
}

interface AccountConfig {
  url: string;
  webhookSecret: string | undefined;
  concurrency: number;
  /** Millionths of a US dollar; null for no limit. */
  dailyMicros: number | null;
}
export type KieConfig = AccountConfig & { key: string; uploadUrl: string };
export type ReplicateConfig = AccountConfig & { token: string };

/** What is wrong with the environment: one sentence a setting, each naming its variable. */
export class ConfigError extends Error {
  readonly sentences: readonly string[];
  constructor(sentences: readonly string[]) {
    super(sentences.join('\n'));
    this.name = 'ConfigError';
    this.sentences = sentences;
  }
}

/** All settings as a Markdown table, for the documentation. */
export function settingsTable(): string {
  const rows = describeSettings().map((row) => `| \`${row.name}\` | ${row.default} | ${row.meaning} |`);
  return ['| setting | default | meaning |', '|---|---|---|', ...rows, ''].join('\n');
}

/**
 * Reads and checks the settings of `env` (usually process.env). Where IMGVID_SECRET is neither given nor
 * demanded, makes one in the data folder, or reads the one made earlier.
 * @throws ConfigError
 */
export function loadConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const { values, problems } = readSettings(env);
  if (!values) throw new ConfigError(problems);
  const publicUrl = values.IMGVID_PUBLIC_URL ?? `http://localhost:${values.IMGVID_PORT}`;
  problems.push(...together(values, publicUrl));
  if (problems.length > 0) throw new ConfigError(problems);
  const dataDir = resolve(values.IMGVID_DATA_DIR);
  return {
    env: values.IMGVID_ENV,
    role: values.IMGVID_ROLE,
    host: values.IMGVID_HOST,
    port: values.IMGVID_PORT,
    publicUrl,
    dataDir,
    database: {
      url: values.IMGVID_DATABASE_URL,
      appUrl: values.IMGVID_DATABASE_APP_URL,
      systemUrl: values.IMGVID_DATABASE_SYSTEM_URL,
      poolSize: values.IMGVID_DATABASE_POOL_SIZE,
    },
    secret: values.IMGVID_SECRET ?? ownSecret(dataDir),
    s3: s3Of(values),
    kie: kieOf(values),
    replicate: replicateOf(values),
    pricing: {
      marginPercent: values.IMGVID_PROVIDER_MARGIN_PERCENT,
      creditMicros: values.IMGVID_CREDIT_MICROS,
    },
    resultMaxBytes: values.IMGVID_RESULT_MAX_BYTES,
    fetchAllow: values.IMGVID_FETCH_ALLOW,
    renderConcurrency: values.IMGVID_RENDER_CONCURRENCY,
    photoConcurrency: values.IMGVID_PHOTO_CONCURRENCY,
    uploadMaxBytes: values.IMGVID_UPLOAD_MAX_BYTES,
    retentionDays: values.IMGVID_RETENTION_DAYS,
    logLevel: values.IMGVID_LOG_LEVEL ?? (values.IMGVID_ENV === 'test' ? 'silent' : 'info'),
    turnstileUrl: values.IMGVID_TURNSTILE_URL,
    smtpUrl: values.IMGVID_SMTP_URL,
    mailFrom: values.IMGVID_MAIL_FROM,
    signUp: values.IMGVID_SIGN_UP ?? (values.IMGVID_ENV === 'production' ? 'off' : 'open'),
    passwordCost: values.IMGVID_PASSWORD_COST,
    rateLimitFactor: values.IMGVID_RATE_LIMIT_FACTOR,
    trustedProxies: values.IMGVID_TRUSTED_PROXIES,
    warnings: unknownNames(env),
  };
}

/** What no variable can tell alone. */
function together(values: Values, publicUrl: string): string[] {
  const found: string[] = [];
  const production = values.IMGVID_ENV === 'production';
  if (production && !values.IMGVID_SECRET) found.push('IMGVID_SECRET must be set in production.');
  if (production && values.IMGVID_SIGN_UP === 'open' && !values.IMGVID_SMTP_URL) {
    found.push(
      'IMGVID_SMTP_URL must be set in production with IMGVID_SIGN_UP=open: accounts are made by mail.',
    );
  }
  if (production && values.IMGVID_PASSWORD_COST < 15) {
    found.push(
      'IMGVID_PASSWORD_COST must be at least 15 in production: below it stolen hashes are cheap to guess.',
    );
  }
  if (production && !values.IMGVID_DATABASE_URL) {
    found.push(
      'IMGVID_DATABASE_URL must be set in production: the embedded Postgres is for development and trying out.',
    );
  }
  if (!production && values.IMGVID_ROLE !== 'all' && !values.IMGVID_DATABASE_URL) {
    found.push(
      'IMGVID_DATABASE_URL must be set where IMGVID_ROLE is api or worker: both need the same database.',
    );
  }
  if (production && !publicUrl.startsWith('https://') && !values.IMGVID_ALLOW_HTTP) {
    found.push('IMGVID_PUBLIC_URL must begin with https:// in production (or set IMGVID_ALLOW_HTTP=1).');
  }
  if ((values.IMGVID_DATABASE_APP_URL === undefined) !== (values.IMGVID_DATABASE_SYSTEM_URL === undefined)) {
    found.push('IMGVID_DATABASE_APP_URL and IMGVID_DATABASE_SYSTEM_URL must be set together or not at all.');
  }
  if (values.IMGVID_DATABASE_APP_URL && !values.IMGVID_DATABASE_URL) {
    found.push('IMGVID_DATABASE_URL must be set where IMGVID_DATABASE_APP_URL is.');
  }
  return [...found, ...missingS3(values)];
}

function missingS3(values: Values): string[] {
  const needed = ['IMGVID_S3_BUCKET', 'IMGVID_S3_ACCESS_KEY_ID', 'IMGVID_S3_SECRET_ACCESS_KEY'] as const;
  const others = ['IMGVID_S3_ENDPOINT', 'IMGVID_S3_REGION'] as const;
  const given = [...needed, ...others].filter((name) => values[name] !== undefined);
  if (given.length === 0) return [];
  const missing: string[] = needed.filter((name) => values[name] === undefined);
  if (others.every((name) => values[name] === undefined)) missing.push(others.join(' or '));
  if (missing.length === 0) return [];
  return [`${missing.join(', ')} must be set too where ${given[0]} is: files go to S3 wholly or not at all.`];
}

function s3Of(values: Values): S3Settings | undefined {
  const { IMGVID_S3_BUCKET: bucket, IMGVID_S3_ACCESS_KEY_ID: accessKeyId } = values;
  const secretAccessKey = values.IMGVID_S3_SECRET_ACCESS_KEY;
  if (bucket === undefined || accessKeyId === undefined || secretAccessKey === undefined) return undefined;
  return {
    endpoint: values.IMGVID_S3_ENDPOINT,
    // R2 and most S3-compatible servers take any region; 'auto' is R2's own name for it.
    region: values.IMGVID_S3_REGION ?? 'auto',
    bucket,
    accessKeyId,
    secretAccessKey,
    forcePathStyle: values.IMGVID_S3_FORCE_PATH_STYLE,
  };
}

const dailyMicros = (usd: number): number | null => (usd === 0 ? null : usd * 1_000_000);

function kieOf(values: Values): KieConfig | undefined {
  const key = values.IMGVID_KIE_KEY;
  if (key === undefined) return undefined;
  return {
    key,
    url: values.IMGVID_KIE_URL,
    uploadUrl: values.IMGVID_KIE_UPLOAD_URL,
    webhookSecret: values.IMGVID_KIE_WEBHOOK_SECRET,
    concurrency: values.IMGVID_KIE_CONCURRENCY,
    dailyMicros: dailyMicros(values.IMGVID_KIE_DAILY_USD),
  };
}

function replicateOf(values: Values): ReplicateConfig | undefined {
  const token = values.IMGVID_REPLICATE_TOKEN;
  if (token === undefined) return undefined;
  return {
    token,
    url: values.IMGVID_REPLICATE_URL,
    webhookSecret: values.IMGVID_REPLICATE_WEBHOOK_SECRET,
    concurrency: values.IMGVID_REPLICATE_CONCURRENCY,
    dailyMicros: dailyMicros(values.IMGVID_REPLICATE_DAILY_USD),
  };
}

/** The secret kept in the data folder, made on the first start. Two starts at once end up with the same one. */
function ownSecret(dataDir: string): string {
  const file = resolve(dataDir, 'secret');
  const fresh = `${file}.${process.pid}.tmp`;
  try {
    mkdirSync(dataDir, { recursive: true });
    if (!existsSync(file)) {
      writeFileSync(fresh, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600 });
      try {
        // Unlike renaming, this leaves alone what another start has put there meanwhile.
        linkSync(fresh, file);
      } finally {
        rmSync(fresh);
      }
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'EEXIST' || !existsSync(file)) {
      throw new ConfigError([`IMGVID_DATA_DIR is ${dataDir}, which cannot be written to: ${message}.`]);
    }
  }
  const secret = readSecret(file);
  if (secret.length < 32) {
    throw new ConfigError([
      `${file} is damaged (shorter than 32 characters): remove it, or set IMGVID_SECRET.`,
    ]);
  }
  return secret;
}

function readSecret(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new ConfigError([
      `IMGVID_DATA_DIR holds a secret that cannot be read: ${(error as Error).message}.`,
    ]);
  }
}

function unknownNames(env: Readonly<Record<string, string | undefined>>): string[] {
  return Object.keys(env)
    .filter((name) => name.startsWith('IMGVID_') && !isKnown(name))
    .map((name) => `${name} is not a setting of this server and is ignored.`);
}
