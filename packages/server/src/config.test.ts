import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ConfigError, deriveKey, loadConfig, settingsTable } from './config.ts';

const folder = mkdtempSync(join(tmpdir(), 'imgvid-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

const secret = 'a secret that is long enough for this';
const load = (env: Record<string, string>) => loadConfig({ IMGVID_DATA_DIR: folder, ...env });
const production = {
  IMGVID_ENV: 'production',
  IMGVID_SECRET: secret,
  IMGVID_DATABASE_URL: 'postgres://u:p@db/imgvid',
  IMGVID_PUBLIC_URL: 'https://video.example/',
};

function sentences(env: Record<string, string>): readonly string[] {
  try {
    load(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.sentences;
    throw error;
  }
  return [];
}

describe('the configuration', () => {
  it('starts in production without a mail server as long as nobody can sign up', () => {
    expect(load(production)).toMatchObject({ signUp: 'off', smtpUrl: undefined });
    expect(load({})).toMatchObject({ signUp: 'open' });
    const open = { ...production, IMGVID_SIGN_UP: 'open' };
    expect(sentences(open).join()).toMatch(/^IMGVID_SMTP_URL must be set/);
    expect(sentences({ ...production, IMGVID_PASSWORD_COST: '14' }).join()).toMatch(/^IMGVID_PASSWORD_COST/);
    const smtpUrl = 'smtps://u:p@mail.example';
    expect(load({ ...open, IMGVID_SMTP_URL: smtpUrl })).toMatchObject({ signUp: 'open', smtpUrl });
  });

  it('needs nothing on a laptop', () => {
    expect(load({})).toMatchObject({
      env: 'development',
      role: 'all',
      host: '127.0.0.1',
      port: 8787,
      publicUrl: 'http://localhost:8787',
      dataDir: folder,
      database: { url: undefined, poolSize: 10 },
      s3: undefined,
      uploadMaxBytes: 50_000_000,
      retentionDays: 30,
      rateLimitFactor: 1,
      turnstileUrl: 'https://challenges.cloudflare.com/turnstile/v0/siteverify',
      trustedProxies: [],
      warnings: [],
    });
    expect(load({}).renderConcurrency).toBeGreaterThanOrEqual(1);
  });

  it('takes what is set, and what is set to nothing as not set', () => {
    const config = load({ IMGVID_PORT: '80', IMGVID_HOST: '', IMGVID_TRUSTED_PROXIES: '10.0.0.0/8, ::1' });
    expect(config).toMatchObject({
      port: 80,
      host: '127.0.0.1',
      publicUrl: 'http://localhost:80',
      trustedProxies: ['10.0.0.0/8', '::1'],
    });
  });

  it('makes a secret once, for its owner only', () => {
    const { secret: made } = load({});
    expect(made.length).toBeGreaterThanOrEqual(32);
    expect(load({}).secret).toBe(made);
    expect(readFileSync(join(folder, 'secret'), 'utf8').trim()).toBe(made);
    expect(statSync(join(folder, 'secret')).mode & 0o777).toBe(0o600);
    expect(load({ IMGVID_SECRET: secret }).secret).toBe(secret);
  });

  it('reads secrets from files', () => {
    const file = join(folder, 'db-url');
    writeFileSync(file, 'postgres://u:p@db/imgvid\n');
    expect(load({ IMGVID_DATABASE_URL_FILE: file }).database.url).toBe('postgres://u:p@db/imgvid');
    expect(sentences({ IMGVID_SECRET_FILE: join(folder, 'none') })).toEqual([
      expect.stringMatching(/^IMGVID_SECRET_FILE names a file that cannot be read/),
    ]);
    expect(sentences({ IMGVID_SECRET_FILE: file, IMGVID_SECRET: secret })).toEqual([
      expect.stringContaining('both set'),
    ]);
  });

  it('takes S3 wholly or not at all', () => {
    const s3 = { IMGVID_S3_BUCKET: 'b', IMGVID_S3_ACCESS_KEY_ID: 'k', IMGVID_S3_SECRET_ACCESS_KEY: 's' };
    expect(load({ ...s3, IMGVID_S3_ENDPOINT: 'https://x.r2.cloudflarestorage.com' }).s3).toEqual({
      endpoint: 'https://x.r2.cloudflarestorage.com',
      region: 'auto',
      bucket: 'b',
      accessKeyId: 'k',
      secretAccessKey: 's',
      forcePathStyle: false,
    });
    expect(load({ ...s3, IMGVID_S3_REGION: 'eu-central-1' }).s3).toMatchObject({ endpoint: undefined });
    expect(sentences({ IMGVID_S3_BUCKET: 'b' })).toEqual([
      'IMGVID_S3_ACCESS_KEY_ID, IMGVID_S3_SECRET_ACCESS_KEY, IMGVID_S3_ENDPOINT or IMGVID_S3_REGION must be set ' +
        'too where IMGVID_S3_BUCKET is: files go to S3 wholly or not at all.',
    ]);
  });

  it('warns of a setting that does not exist', () => {
    expect(
      load({ IMGVID_PROT: '1', IMGVID_PORT_FILE: 'x', IMGVID_TEST_DATABASE_URL: 'x', OTHER: 'x' }).warnings,
    ).toEqual([
      'IMGVID_PROT is not a setting of this server and is ignored.',
      'IMGVID_PORT_FILE is not a setting of this server and is ignored.',
    ]);
  });
});

describe('in production', () => {
  it('works with what it needs', () => {
    expect(load(production)).toMatchObject({ env: 'production', publicUrl: 'https://video.example', secret });
  });

  it.each(['IMGVID_SECRET', 'IMGVID_DATABASE_URL', 'IMGVID_PUBLIC_URL'] as const)(
    'does not start without %s',
    (name) => {
      const { [name]: _missing, ...rest } = production;
      expect(sentences(rest)).toEqual([expect.stringMatching(new RegExp(`^${name} must`))]);
    },
  );

  it('takes plain http only when told so', () => {
    const plain = { ...production, IMGVID_PUBLIC_URL: 'http://video.example' };
    expect(sentences(plain)).toEqual([expect.stringContaining('https://')]);
    expect(load({ ...plain, IMGVID_ALLOW_HTTP: '1' }).publicUrl).toBe('http://video.example');
  });
});

describe('a wrong setting', () => {
  it.each([
    ['IMGVID_PORT', '70000', '1 to 65535, but is "70000"'],
    ['IMGVID_PORT', '80.5', 'whole number'],
    ['IMGVID_ENV', 'prod', 'development, production, test'],
    ['IMGVID_ROLE', 'both', 'all, api, worker'],
    ['IMGVID_PUBLIC_URL', 'https://x.example/path', 'without a path'],
    ['IMGVID_PUBLIC_URL', 'ftp://x.example', 'web address'],
    ['IMGVID_DATABASE_URL', 'mysql://x/y', 'postgres://'],
    ['IMGVID_DATABASE_URL', 'postgres://host', 'postgres://'],
    ['IMGVID_SECRET', 'short', '32 characters'],
    ['IMGVID_RETENTION_DAYS', '31', '1 to 30'],
    ['IMGVID_UPLOAD_MAX_BYTES', '50 MB', 'whole number'],
    ['IMGVID_TRUSTED_PROXIES', '10.0.0.0/33', 'ranges'],
    ['IMGVID_LOG_LEVEL', 'loud', 'debug'],
    ['IMGVID_ROLE', 'worker', 'IMGVID_DATABASE_URL must be set'],
    ['IMGVID_DATABASE_APP_URL', 'postgres://a:b@db/x', 'together or not at all'],
  ])('%s=%s is told in a sentence that names it', (name, value, part) => {
    const told = sentences({ [name]: value });
    expect(told[0]).toContain(part);
    expect(told.join(' ')).toContain(name);
  });

  it('is told together with the others', () => {
    expect(sentences({ IMGVID_PORT: 'x', IMGVID_ROLE: 'x' })).toHaveLength(2);
  });

  it('of a secret kind is not repeated', () => {
    expect(sentences({ IMGVID_SECRET: 'hush', IMGVID_DATABASE_URL: 'hush' }).join()).not.toContain('hush');
  });

  it('data folder is told', () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    expect(sentences({ IMGVID_DATA_DIR: file })).toEqual([
      expect.stringMatching(/^IMGVID_DATA_DIR is .* cannot be written/),
    ]);
  });
});

describe('the documentation of settings', () => {
  it('has a line for each, with its default', () => {
    const table = settingsTable();
    expect(table).toContain('| `IMGVID_PORT` | `8787` | Port to listen on. |');
    expect(table).toContain('`IMGVID_SECRET_FILE`');
  });
});

describe('derived keys', () => {
  it('are the same for a secret and purpose, and differ for another of either', () => {
    const key = deriveKey(secret, 'one');
    expect(key).toHaveLength(32);
    expect(deriveKey(secret, 'one')).toEqual(key);
    expect(deriveKey(secret, 'two')).not.toEqual(key);
    expect(deriveKey(`${secret}.`, 'one')).not.toEqual(key);
  });
});
