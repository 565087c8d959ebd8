import { readFileSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import ipaddr from 'ipaddr.js';
import { z } from 'zod';

/** One environment variable: how to read it, what to say when it is wrong, what the documentation says. */
interface Setting<T> {
  /** Reads the text of the variable. */
  schema: z.ZodType<T>;
  /** Ends the sentence "NAME must be ...". */
  expects: string;
  meaning: string;
  /** As it would be written in the environment; or a function of the machine. */
  default?: string | (() => string);
  /** In the documentation, where the default is no plain text. */
  defaultText?: string;
  /** Never shown in an error; NAME_FILE may name a file that holds it. */
  secret?: boolean;
}

const required = <T>(setting: Setting<T> & { default: string | (() => string) }): Setting<T> => setting;
const optional = <T>(setting: Setting<T>): Setting<T | undefined> => setting;

const whole = (least: number, most: number) => ({
  schema: z
    .string()
    .regex(/^\d{1,15}$/)
    .transform(Number)
    .pipe(z.number().min(least).max(most)),
  expects: `a whole number from ${least} to ${most}`,
});
const oneOf = <const T extends readonly [string, ...string[]]>(names: T) => ({
  schema: z.enum(names),
  expects: `one of ${names.join(', ')}`,
});
const yesNo = {
  schema: z.enum(['0', '1', 'false', 'true']).transform((text) => text === '1' || text === 'true'),
  expects: '1 or 0',
};
const text = (expects: string) => ({ schema: z.string().trim().min(1).max(1000), expects });
const postgresUrl = {
  schema: z.string().refine((url) => /^postgres(ql)?:\/\/[^/]+\/./.test(url) && URL.canParse(url)),
  expects: 'a URL such as postgres://user:password@host:5432/database',
  secret: true,
};
const origin = {
  schema: z
    .string()
    .refine((url) => /^https?:\/\//.test(url) && URL.canParse(url) && !/^https?:\/\/[^/]*@/.test(url))
    .refine((url) => ['', '/'].includes(new URL(url).pathname.concat(new URL(url).search)))
    .transform((url) => new URL(url).origin),
  expects: 'a web address without a path, such as https://video.example',
};
const addresses = {
  schema: z
    .string()
    .transform((list) => list.split(',').flatMap((item) => item.trim() || []))
    .refine((list) => list.every((item) => ipaddr.isValid(item) || ipaddr.isValidCIDR(item))),
  expects: 'addresses or ranges with commas between them, such as 127.0.0.1, 10.0.0.0/8',
};

/** Memory this process may use, in megabytes: the container's limit where there is one. */
function memoryMb(): number {
  const limit = process.constrainedMemory();
  return Math.min(limit > 0 ? limit : Infinity, totalmem()) / 2 ** 20;
}
// A render takes up to 400 MB and most of a core; half the memory and one core are left to the rest.
const rendersThatFit = () =>
  Math.max(1, Math.min(availableParallelism() - 1, Math.floor(memoryMb() / 2 / 400), 32));
// A photo of 100 megapixels takes up to 600 MB while it is read.
const photosThatFit = () =>
  Math.max(1, Math.min(availableParallelism(), Math.floor(memoryMb() / 4 / 600), 8));

const settings = {
  IMGVID_ENV: required({
    ...oneOf(['development', 'production', 'test']),
    default: 'development',
    meaning: 'What the server is for. `production` refuses demo keys, plain http and the embedded database.',
  }),
  IMGVID_ROLE: required({
    ...oneOf(['all', 'api', 'worker']),
    default: 'all',
    meaning: 'What this process does: answer requests, work on jobs, or both.',
  }),
  IMGVID_HOST: required({
    ...text('an address or a host name'),
    default: '127.0.0.1',
    meaning: 'Address to listen on; `0.0.0.0` for all of the machine.',
  }),
  IMGVID_PORT: required({ ...whole(1, 65535), default: '8787', meaning: 'Port to listen on.' }),
  IMGVID_PUBLIC_URL: optional({
    ...origin,
    defaultText: '`http://localhost:PORT`',
    meaning: 'Where browsers and providers reach the server. https in production.',
  }),
  IMGVID_ALLOW_HTTP: required({
    ...yesNo,
    default: '0',
    meaning: 'Allows a public URL with plain http in production.',
  }),
  IMGVID_DATA_DIR: required({
    ...text('a folder'),
    default: '.imgvid',
    meaning: 'Folder of the embedded database, of files kept on disk and of the generated secret.',
  }),
  IMGVID_DATABASE_URL: optional({
    ...postgresUrl,
    defaultText: 'the embedded Postgres',
    meaning:
      'PostgreSQL 15 or newer, reached directly (no transaction pooler). May be a privileged role: it is used ' +
      'for migrations only, the server works as roles without privileges that it makes itself.',
  }),
  IMGVID_DATABASE_APP_URL: optional({
    ...postgresUrl,
    defaultText: 'a role made by the server',
    meaning:
      'Role for the requests of tenants, where you make roles yourself: a member of `imgvid_app` only.',
  }),
  IMGVID_DATABASE_SYSTEM_URL: optional({
    ...postgresUrl,
    defaultText: 'a role made by the server',
    meaning: 'The same for work that crosses tenants: a member of `imgvid_system` only.',
  }),
  IMGVID_DATABASE_POOL_SIZE: required({
    ...whole(2, 500),
    default: '10',
    meaning:
      'Connections of this process for requests; some eight more serve jobs, events and the second door.',
  }),
  IMGVID_SECRET: optional({
    schema: z.string().min(32).max(1000),
    expects: 'at least 32 characters long',
    secret: true,
    defaultText: 'made on the first start',
    meaning:
      'Keys for tokens, signed URLs and database passwords are derived from it. Required in production.',
  }),
  IMGVID_S3_ENDPOINT: optional({
    ...origin,
    expects: 'a web address without a path, such as https://account.r2.cloudflarestorage.com',
    defaultText: "Amazon's",
    meaning:
      'S3-compatible storage, such as Cloudflare R2. Without any S3 setting files lie in the data folder.',
  }),
  IMGVID_S3_REGION: optional({
    ...text("the region's name"),
    defaultText: '`auto`',
    meaning: 'Region of the bucket; R2 takes `auto`.',
  }),
  IMGVID_S3_BUCKET: optional({ ...text("the bucket's name"), meaning: 'Bucket for photos and videos.' }),
  IMGVID_S3_ACCESS_KEY_ID: optional({
    ...text('an access key'),
    secret: true,
    meaning: 'Access key of the bucket.',
  }),
  IMGVID_S3_SECRET_ACCESS_KEY: optional({
    ...text('the secret of the access key'),
    secret: true,
    meaning: 'Its secret.',
  }),
  IMGVID_S3_FORCE_PATH_STYLE: required({
    ...yesNo,
    default: '0',
    meaning: 'Puts the bucket into the path instead of the host name, as many self-hosted servers want.',
  }),
  IMGVID_RENDER_CONCURRENCY: required({
    ...whole(1, 64),
    default: () => String(rendersThatFit()),
    defaultText: 'one less than the cores, as memory allows',
    meaning: 'Videos the built-in renderer makes at once.',
  }),
  IMGVID_PHOTO_CONCURRENCY: required({
    ...whole(1, 64),
    default: () => String(photosThatFit()),
    defaultText: 'the cores, as memory allows',
    meaning: 'Photos read at once.',
  }),
  IMGVID_UPLOAD_MAX_BYTES: required({
    ...whole(100_000, 500_000_000),
    default: '50000000',
    meaning: 'Largest photo taken, in bytes.',
  }),
  IMGVID_RETENTION_DAYS: required({
    ...whole(1, 30),
    default: '30',
    meaning: 'Days after which photos and videos are deleted.',
  }),
  IMGVID_LOG_LEVEL: optional({
    ...oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']),
    defaultText: '`info`; `silent` in tests',
    meaning: 'What is logged.',
  }),
  IMGVID_RATE_LIMIT_FACTOR: required({
    schema: z
      .string()
      .regex(/^\d{1,7}(\.\d{1,3})?$/)
      .transform(Number)
      .pipe(z.number().min(0.01).max(1_000_000)),
    expects: 'a number from 0.01 to 1000000',
    default: '1',
    meaning: 'Multiplies how many requests are taken from a key, a tenant, a visitor and a network.',
  }),
  IMGVID_TURNSTILE_URL: required({
    schema: z.string().refine((url) => /^https?:\/\//.test(url) && URL.canParse(url)),
    expects: 'a web address',
    default: 'https://challenges.cloudflare.com/turnstile/v0/siteverify',
    meaning: 'Where tokens of Cloudflare Turnstile are checked, for sites that have set it up.',
  }),
  IMGVID_KIE_KEY: optional({
    ...text('an API key of kie.ai'),
    secret: true,
    defaultText: 'none',
    meaning: 'Key of your KieAI account; with it its models are offered to live keys. See docs/providers.md.',
  }),
  IMGVID_KIE_URL: required({ ...origin, default: 'https://api.kie.ai', meaning: 'Where KieAI’s API is.' }),
  IMGVID_KIE_UPLOAD_URL: required({
    ...origin,
    default: 'https://kieai.redpandaai.co',
    meaning: 'Where KieAI takes photos, needed where this server cannot be reached from outside.',
  }),
  IMGVID_KIE_WEBHOOK_SECRET: optional({
    ...text('the webhook HMAC key'),
    secret: true,
    defaultText: 'none',
    meaning:
      'The `webhookHmacKey` of your KieAI account: call-backs that are not signed with it are refused.',
  }),
  IMGVID_KIE_CONCURRENCY: required({
    ...whole(1, 1000),
    default: '20',
    meaning: 'Jobs at KieAI at once, over all processes.',
  }),
  IMGVID_KIE_DAILY_USD: required({
    ...whole(0, 1_000_000),
    default: '50',
    meaning: 'US dollars spent at KieAI on a day (UTC) at most; 0 for no limit.',
  }),
  IMGVID_REPLICATE_TOKEN: optional({
    ...text('an API token of replicate.com'),
    secret: true,
    defaultText: 'none',
    meaning: 'Token of your Replicate account; with it its models are offered to live keys.',
  }),
  IMGVID_REPLICATE_URL: required({
    ...origin,
    default: 'https://api.replicate.com',
    meaning: 'Where Replicate’s API is.',
  }),
  IMGVID_REPLICATE_WEBHOOK_SECRET: optional({
    ...text('the signing secret, whsec_…'),
    secret: true,
    defaultText: 'asked from Replicate',
    meaning: 'Signing secret of your Replicate account’s webhooks.',
  }),
  IMGVID_REPLICATE_CONCURRENCY: required({
    ...whole(1, 1000),
    default: '20',
    meaning: 'Jobs at Replicate at once, over all processes.',
  }),
  IMGVID_REPLICATE_DAILY_USD: required({
    ...whole(0, 1_000_000),
    default: '50',
    meaning: 'US dollars spent at Replicate on a day (UTC) at most; 0 for no limit.',
  }),
  IMGVID_PROVIDER_MARGIN_PERCENT: required({
    ...whole(0, 1000),
    default: '30',
    meaning: 'Added to what providers ask, in percent of it, when their videos are priced in credits.',
  }),
  IMGVID_CREDIT_MICROS: required({
    ...whole(100, 100_000_000),
    default: '10000',
    meaning: 'What one credit is worth when providers’ videos are priced, in millionths of a US dollar.',
  }),
  IMGVID_RESULT_MAX_BYTES: required({
    ...whole(1_000_000, 2_000_000_000),
    default: '300000000',
    meaning: 'Largest video fetched from a provider, in bytes.',
  }),
  IMGVID_FETCH_ALLOW: required({
    schema: z
      .string()
      .transform((list) => list.split(',').flatMap((item) => item.trim() || []))
      .refine((list) => list.every((item) => /^\[?[\da-f.:]+\]?:\d{1,5}$/i.test(item))),
    expects: 'addresses with ports and commas between them, such as 10.0.0.5:9000',
    default: ',',
    defaultText: 'none',
    meaning: 'Addresses inside your network from which files may be fetched all the same.',
  }),
  IMGVID_SMTP_URL: optional({
    schema: z.string().refine((url) => /^smtps?:\/\/[^/]+/.test(url) && URL.canParse(url)),
    expects: 'a URL such as smtps://user:password@mail.example',
    secret: true,
    defaultText: 'none: mails stay in `/dev/outbox`, and production sends none',
    meaning:
      'Mail server for links to sign up and sign in, and for notices. Required in production with `IMGVID_SIGN_UP=open`.',
  }),
  IMGVID_MAIL_FROM: required({
    ...text('a mail address, or a name and an address in angle brackets'),
    default: 'ImgVid <imgvid@localhost>',
    meaning: 'Sender of mails.',
  }),
  IMGVID_SIGN_UP: optional({
    ...oneOf(['open', 'off']),
    defaultText: '`off` in production, else `open`',
    meaning: 'Whether anybody may make an account. Who has one signs in either way.',
  }),
  IMGVID_PASSWORD_COST: required({
    ...whole(10, 20),
    default: '15',
    meaning:
      'How much work the hash of a password is: the exponent of scrypt’s N. 15 takes 32 MB and is the least in production.',
  }),
  IMGVID_TRUSTED_PROXIES: required({
    ...addresses,
    default: ',',
    defaultText: 'none',
    meaning: 'Addresses or ranges (CIDR) of proxies whose `X-Forwarded-For` is believed.',
  }),
};

type Settings = typeof settings;
export type Values = { [K in keyof Settings]: Settings[K] extends Setting<infer T> ? T : never };

const all: [string, Setting<unknown>][] = Object.entries(settings);

/** Whether a variable is a setting, the `_FILE` form of a secret one, or a setting of the test suites. */
export function isKnown(name: string): boolean {
  const plain = name.replace(/_FILE$/, '');
  return (
    all.some(([known, setting]) => known === name || (known === plain && setting.secret === true)) ||
    name.startsWith('IMGVID_TEST_')
  );
}

/** Name, default and meaning of every setting, as Markdown. */
export function describeSettings(): { name: string; default: string; meaning: string }[] {
  return all.map(([name, { defaultText, default: given, secret, meaning }]) => ({
    name,
    default: defaultText ?? (typeof given === 'string' ? `\`${given}\`` : ''),
    meaning: secret ? `${meaning} Or \`${name}_FILE\`, a file that holds it.` : meaning,
  }));
}

/** All settings read; or, without values, a sentence for each that is wrong. */
export function readSettings(env: Readonly<Record<string, string | undefined>>): {
  values: Values | undefined;
  problems: string[];
} {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, setting] of all) {
    try {
      values[name] = readSetting(name, setting, env);
    } catch (error) {
      problems.push((error as Error).message);
    }
  }
  return { values: problems.length === 0 ? (values as unknown as Values) : undefined, problems };
}

function readSetting(
  name: string,
  setting: Setting<unknown>,
  env: Readonly<Record<string, string | undefined>>,
): unknown {
  const fallback = typeof setting.default === 'function' ? setting.default() : setting.default;
  // An empty variable counts as none: that is how compose files and CI systems pass on what is not set.
  const given = (setting.secret ? fromFile(name, env) : undefined) ?? (env[name] || undefined) ?? fallback;
  if (given === undefined) return undefined;
  const parsed = setting.schema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new Error(
    `${name} must be ${setting.expects}${setting.secret ? '' : `, but is "${given.slice(0, 100)}"`}.`,
  );
}

function fromFile(name: string, env: Readonly<Record<string, string | undefined>>): string | undefined {
  const file = env[`${name}_FILE`];
  if (!file) return undefined;
  if (env[name]) throw new Error(`${name} and ${name}_FILE are both set: one of them is enough.`);
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new Error(`${name}_FILE names a file that cannot be read: ${(error as Error).message}.`, {
      cause: error,
    });
  }
}
