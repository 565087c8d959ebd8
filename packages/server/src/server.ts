import { join } from 'node:path';
import { createMetrics } from './operations/index.ts';
import { openAccounts, openPasswords } from './accounts/index.ts';
import { deriveKey, type Config } from './config.ts';
import { grant } from './billing/index.ts';
import {
  attemptTokens,
  openEventHub,
  renderJobs,
  startGenerationWorker,
  waitingLine,
  type EndingParts,
  type WorkflowParts,
} from './generations/index.ts';
import { systemClock } from './platform/clock.ts';
import { createSealer } from './platform/crypto.ts';
import { migrate, openDatabase, type Database } from './platform/database/index.ts';
import { clientAddress } from './platform/http/client-address.ts';
import { openLimits } from './platform/limits/index.ts';
import type { Log } from './platform/log.ts';
import { openMailer, startMailWorker } from './platform/mail/index.ts';
import { startEmbeddedPostgres, type EmbeddedPostgres } from './platform/postgres/index.ts';
import { openQueue } from './platform/queue/index.ts';
import { diskStore, s3Store, type BlobStore, type DiskStore } from './platform/storage/index.ts';
import {
  builtinModel,
  builtinProvider,
  catalogue,
  startRenderWorker,
  outsideProviders,
} from './providers/index.ts';
import {
  challenges,
  demoTenantId,
  openKeyDirectory,
  proofOfWork,
  requestLimits,
  seedDemoTenant,
  visitorTokens,
} from './sites/index.ts';
import { maxPixels, minSide, openPhotoReader } from './uploads/index.ts';
import { openConfiguredFetcher } from './platform/fetch/index.ts';
import { createApp, type App } from './app.ts';

export interface Server {
  app: App;
  database: Database;
  /** Where things lie, for the block that start prints. */
  places: { database: string; files: string };
  /** Ends streams, hands jobs back, closes everything. */
  stop(graceS: number): Promise<void>;
}

const clock = systemClock;
const repository = join(import.meta.dirname, '../../..');
const photoTimeoutMs = 60_000;
/** What the hungriest photo within the limits takes: an AVIF of 100 megapixels in one picture. */
const photoMaxRssBytes = 2.2e9;
const demoCredits = 100_000;

/** Runs what was pushed, the last first, each even when another fails. */
class Closers {
  readonly #steps: { name: string; close: () => Promise<void> }[] = [];
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  add(name: string, close: () => Promise<void>): void {
    this.#steps.push({ name, close });
  }

  async run(): Promise<void> {
    for (const { name, close } of this.#steps.splice(0).toReversed()) {
      try {
        await close();
      } catch (error) {
        this.#log.error({ err: error }, `${name} did not close well`);
      }
    }
  }
}

function openStorage(config: Config): {
  storage: BlobStore;
  disk: DiskStore | undefined;
  origin: string | undefined;
  place: string;
} {
  if (config.s3) {
    const { endpoint, bucket } = config.s3;
    return {
      storage: s3Store(config.s3),
      disk: undefined,
      origin: endpoint === undefined ? undefined : new URL(endpoint).origin,
      place: `bucket ${bucket}`,
    };
  }
  const root = join(config.dataDir, 'files');
  const signingKey = deriveKey(config.secret, 'blob urls');
  const disk = diskStore({ root, publicUrl: config.publicUrl, signingKey });
  return { storage: disk, disk, origin: undefined, place: root };
}

/** The demo tenant with credits to play with; they are test credits and cost nobody anything. */
async function seedDemo(database: Database): Promise<void> {
  await seedDemoTenant(database);
  const day = clock.now().toISOString().slice(0, 10);
  await database.withTenant({ tenantId: demoTenantId }, (trx) =>
    grant(trx, clock, {
      tenantId: demoTenantId,
      mode: 'test',
      amount: demoCredits,
      idempotencyKey: `demo ${day}`,
      reason: 'Test credits of the day',
    }),
  );
}

async function openPostgres(
  config: Config,
  log: Log,
  closers: Closers,
): Promise<{ url: string; place: string }> {
  const { url } = config.database;
  if (url !== undefined) return { url, place: `${new URL(url).host}${new URL(url).pathname}` };
  const embedded: EmbeddedPostgres = await startEmbeddedPostgres({ dataDir: config.dataDir, log });
  closers.add('Postgres', () => embedded.stop());
  return { url: embedded.url, place: embedded.folder };
}

/** What a job of an outside provider may take; it is well within a generation's own deadline. */
const outsideDeadlineS = 45 * 60;

function outsideWork(config: Config, closers: Closers): WorkflowParts['outside'] {
  const fetcher = openConfiguredFetcher(config);
  closers.add('fetcher', () => fetcher.close());
  const isPublic = config.publicUrl.startsWith('https://') || config.env === 'test';
  return {
    fetcher,
    tokens: attemptTokens(deriveKey(config.secret, 'attempts in webhook URLs')),
    hooksUrl: isPublic ? config.publicUrl : null,
    isReachable: config.s3 !== undefined || isPublic,
    deadlineS: outsideDeadlineS,
    resultMaxBytes: config.resultMaxBytes,
  };
}

/** Builds the parts of the server and puts them together, for the role the configuration names. */
export async function openServer(config: Config, log: Log): Promise<Server> {
  const closers = new Closers(log);
  try {
    return await open(config, log, closers);
  } catch (error) {
    await closers.run();
    throw error;
  }
}

async function open(config: Config, log: Log, closers: Closers): Promise<Server> {
  const postgres = await openPostgres(config, log, closers);
  const { appUrl, systemUrl, poolSize } = config.database;
  const settings = { url: postgres.url, appUrl, systemUrl, poolSize, secret: config.secret };
  await migrate(settings, log);
  const database = await openDatabase(settings, log);
  closers.add('database', () => database.close());
  const queue = await openQueue({ database, settings, log, supervise: config.role !== 'api' });
  let graceS = 0;
  closers.add('queue', () => queue.stop(graceS));

  const { storage, disk, origin, place } = openStorage(config);
  const demo = config.env !== 'production';
  if (demo) await seedDemo(database);

  const mail = { queue, clock, sealer: createSealer(deriveKey(config.secret, 'mail')) };
  const ending: EndingParts = { clock, queue, retentionDays: config.retentionDays };
  const jobs = renderJobs(database, ending);
  const model = builtinModel({ maxPixels, minSide, maxBytes: config.uploadMaxBytes });
  const inside = builtinProvider({ database, queue, jobs, model });
  const models = catalogue([
    inside,
    ...outsideProviders(config, { maxBytes: config.uploadMaxBytes, maxPixels }),
  ]);
  const outside = outsideWork(config, closers);
  const workflow = { ...ending, database, storage, catalogue: models, log, outside };

  if (config.role !== 'api') {
    const stopRendering = await startRenderWorker({
      database,
      queue,
      storage,
      jobs,
      log,
      concurrency: config.renderConcurrency,
    });
    closers.add('renderer', stopRendering);
    await startGenerationWorker(queue, workflow);
    closers.add(
      'mail',
      await startMailWorker({ ...mail, database, log, smtpUrl: config.smtpUrl, from: config.mailFrom }),
    );
  }

  const line = waitingLine({
    database,
    clock,
    catalogue: models,
    renderConcurrency: config.renderConcurrency,
  });
  const hub = await openEventHub({ database, storage, line, log, now: () => clock.now() });
  const keys = await openKeyDirectory({
    database,
    clock,
    demo,
    onError: (err) => log.warn({ err }, 'key use not noted'),
  });
  closers.add('keys', () => keys.close());
  const limits = openLimits({
    database,
    clock,
    log,
    key: deriveKey(config.secret, 'rate limits'),
    factor: config.rateLimitFactor,
  });
  const sealer = createSealer(deriveKey(config.secret, 'secrets of sites'));
  const photos = openPhotoReader({
    concurrency: config.photoConcurrency,
    timeoutMs: photoTimeoutMs,
    maxRssBytes: photoMaxRssBytes,
  });
  closers.add('photo reader', () => photos.close());
  const metrics = createMetrics();
  metrics.gauge('imgvid_event_streams', 'Open server-sent event streams', () => hub.size);

  const accounts = openAccounts({
    database,
    clock,
    limits,
    mailer: openMailer(mail),
    queue,
    addressOf: clientAddress(config.trustedProxies),
    sealer: createSealer(deriveKey(config.secret, 'second factors')),
    recoveryKey: deriveKey(config.secret, 'recovery codes'),
    publicUrl: config.publicUrl,
    passwords: openPasswords(config.passwordCost),
    signUp: config.signUp,
    sendsMail: demo || config.smtpUrl !== undefined,
  });

  let draining = false;
  const app = createApp({
    ...workflow,
    line,
    hub,
    keys,
    accounts,
    members: accounts.sessions.members,
    outboxSealer: demo ? mail.sealer : undefined,
    limits: requestLimits(limits, {
      addressOf: clientAddress(config.trustedProxies),
      networkKey: deriveKey(config.secret, 'visitors’ networks'),
    }),
    sealer,
    identity: { database, clock, sealer, subjectKey: deriveKey(config.secret, 'visitors’ subjects') },
    challenges: challenges({
      work: proofOfWork({ clock, key: deriveKey(config.secret, 'proof of work'), limits }),
      turnstile: { url: config.turnstileUrl, log },
      sealer,
      limits,
    }),
    photos,
    metrics,
    tokens: visitorTokens({ key: deriveKey(config.secret, 'visitor tokens'), clock }),
    uploadMaxBytes: config.uploadMaxBytes,
    publicUrl: config.publicUrl,
    draining: () => draining,
    blobRoutes: disk?.routes,
    storageOrigin: origin,
    widgetFolder: join(repository, 'packages/widget/dist'),
    consoleFolder: join(repository, 'packages/console/dist'),
    demoFolder: demo ? join(repository, 'examples/script-tag') : undefined,
  });
  closers.add('event streams', () => hub.close());

  return {
    app,
    database,
    places: { database: postgres.place, files: place },
    async stop(grace) {
      draining = true;
      graceS = grace;
      await closers.run();
    },
  };
}
