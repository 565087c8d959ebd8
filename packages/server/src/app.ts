import type { Hono } from 'hono';
import { accountRouter, type PeopleParts } from './accounts/index.ts';
import { billingRoutes } from './billing/index.ts';
import {
  generationRoutes,
  hookRoutes,
  type GenerationParts,
  type WorkflowParts,
} from './generations/index.ts';
import { operationsRoutes, type Metrics } from './operations/index.ts';
import { consoleRoutes, demoRoutes, docsRoutes, embedRoutes, outboxRoutes } from './pages/index.ts';
import type { Sealer } from './platform/crypto.ts';
import type { AppEnv } from './platform/http/env.ts';
import { onError, onNotFound } from './platform/http/errors.ts';
import { cors, limitBody, refuseKeysInUrls, requireJson, secureHeaders } from './platform/http/guards.ts';
import { requestContext } from './platform/http/request-context.ts';
import { createRouter } from './platform/http/router.ts';
import {
  authenticate,
  managementRoutes,
  siteRoutes,
  type Challenges,
  type IdentityParts,
  type KeyDirectory,
  type MemberDirectory,
  type RequestLimits,
  type VisitorTokens,
} from './sites/index.ts';
import { usageRoutes } from './usage/index.ts';
import { uploadRoutes, type PhotoReader } from './uploads/index.ts';

export interface AppParts extends GenerationParts, WorkflowParts {
  accounts: PeopleParts;
  members: MemberDirectory;
  /** Opens mails for the outbox page; undefined in production, which has none. */
  outboxSealer: Sealer | undefined;
  keys: KeyDirectory;
  tokens: VisitorTokens;
  limits: RequestLimits;
  challenges: Challenges;
  identity: IdentityParts;
  sealer: Sealer;
  photos: PhotoReader;
  metrics: Metrics;
  uploadMaxBytes: number;
  publicUrl: string;
  draining: () => boolean;
  /** The signed URLs of the disk storage; S3 answers its own. */
  blobRoutes: Hono | undefined;
  storageOrigin: string | undefined;
  widgetFolder: string;
  consoleFolder: string;
  /** Undefined in production: the demo page needs the demo tenant. */
  demoFolder: string | undefined;
}

const maxJsonBytes = 64 * 1024;

/** All routes of the server. The only place that knows every subject. */
export function createApp(parts: AppParts) {
  const { publicUrl, log, metrics } = parts;
  const app = createRouter();
  app.onError(onError);
  app.notFound(onNotFound);
  app.use(requestContext({ log, publicUrl, onSeen: metrics.seen }));

  // Before the guards: a photo is neither small nor JSON, and its URL is its permission.
  if (parts.blobRoutes) app.route('/', parts.blobRoutes);

  app.use('/v1/*', secureHeaders, cors, refuseKeysInUrls, requireJson, limitBody(maxJsonBytes));

  const authenticated = authenticate(parts);
  const { database, clock, queue, storage, photos } = parts;
  const { fetcher } = parts.outside;
  app.route('/', accountRouter(parts.accounts, authenticated));
  if (parts.outboxSealer)
    app.route('/', outboxRoutes({ database: parts.database, sealer: parts.outboxSealer }));
  app.route('/', siteRoutes(parts));
  const hasModel = (id: string): boolean => parts.catalogue.find(id) !== null;
  app.route('/', managementRoutes({ ...parts, hasModel }, authenticated));
  app.route(
    '/',
    uploadRoutes(
      { database, clock, queue, storage, photos, fetcher, maxBytes: parts.uploadMaxBytes },
      authenticated,
    ),
  );
  app.route('/', generationRoutes(parts, authenticated));
  app.route('/', hookRoutes(parts));
  app.route('/', billingRoutes({ database, authenticated }));
  app.route('/', usageRoutes({ database, authenticated }));
  app.route('/', operationsRoutes({ database, storage, metrics, draining: parts.draining }));
  const { storageOrigin } = parts;
  app.route('/', embedRoutes(parts.widgetFolder));
  app.route(
    '/',
    consoleRoutes({
      folder: parts.consoleFolder,
      publicUrl,
      storageOrigin,
      signUp: parts.accounts.signUp === 'open' && parts.accounts.sendsMail,
      outbox: parts.outboxSealer && '/dev/outbox',
    }),
  );
  app.route('/', docsRoutes(app, publicUrl));
  if (parts.demoFolder !== undefined) {
    app.route('/', demoRoutes({ folder: parts.demoFolder, publicUrl, storageOrigin }));
  }
  return app;
}

export type App = ReturnType<typeof createApp>;
export type { AppEnv };
