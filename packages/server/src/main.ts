import { createServer } from 'node:net';
import { serve, type ServerType } from '@hono/node-server';
import { ConfigError, loadConfig, type Config } from './config.ts';
import { DatabaseSetupError } from './platform/database/index.ts';
import { createLog, type Log } from './platform/log.ts';
import { EmbeddedPostgresError } from './platform/postgres/index.ts';
import { demoKeys } from './sites/index.ts';
import { openServer, type Server } from './server.ts';

/** How long running work may take to end by itself when the process is told to stop. */
const graceS = 10;

/** Something the person who started the server can put right. */
class StartError extends Error {}

const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

function portTaken(config: Config): StartError {
  return new StartError(
    `Port ${config.port} on ${config.host} is taken by another program. Stop it, or choose another: IMGVID_PORT=${config.port + 1}.`,
  );
}

/** Asked before anything is started, because everything else takes longer to undo. */
function assertPortFree(config: Config): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') reject(portTaken(config));
      else if (error.code === 'EACCES') {
        reject(
          new StartError(
            `Port ${config.port} may not be used by this user. Choose one above 1023 with IMGVID_PORT.`,
          ),
        );
      } else if (error.code === 'EADDRNOTAVAIL') {
        reject(new StartError(`This machine has no address ${config.host}. Set IMGVID_HOST to one it has.`));
      } else reject(error);
    });
    probe.listen(config.port, config.host, () => probe.close(() => resolve()));
  });
}

function listen(config: Config, server: Server): Promise<ServerType> {
  return new Promise((resolve, reject) => {
    const http = serve({ fetch: server.app.fetch, port: config.port, hostname: config.host }, () =>
      resolve(http),
    );
    http.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? portTaken(config) : error),
    );
  });
}

function welcome(config: Config, server: Server): string {
  const { publicUrl } = config;
  const demo = [
    ['Open', `${publicUrl}/demo/`],
    ['Console', `${publicUrl}/console/`],
    ['API', `${publicUrl}/docs`],
    ['Mails', `${publicUrl}/dev/outbox`],
    ['Demo keys', `${demoKeys.publishable} for pages, ${demoKeys.secret} for servers`],
  ];
  const production = [
    ['Console', `${publicUrl}/console/`],
    ['API', publicUrl],
  ];
  const lines = [
    ...(config.env === 'production' ? production : demo),
    ['Files', server.places.files],
    ['Database', server.places.database],
    ['Stop', 'Ctrl-C'],
  ];
  const block = lines.map(([name = '', text]) => `  ${name.padEnd(11)}${text}`);
  return ['', '  ImgVid is running.', '', ...block, ''].join('\n');
}

async function close(http: ServerType | undefined, server: Server): Promise<void> {
  const closed = http && new Promise<void>((resolve) => http.close(() => resolve()));
  if (http && 'closeIdleConnections' in http) http.closeIdleConnections();
  await server.stop(graceS);
  if (http && 'closeAllConnections' in http) http.closeAllConnections();
  await closed;
}

/** The first signal stops in good order, a second one at once: jobs survive that too. */
function stopOnSignals(http: ServerType | undefined, server: Server, log: Log): void {
  let stopping = false;
  const stop = (): void => {
    if (stopping) process.exit(1);
    stopping = true;
    say('\n  Stopping …');
    close(http, server).then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'the server did not stop well');
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

async function main(): Promise<void> {
  const config = loadConfig(process.env);
  const log = createLog({ level: config.logLevel, env: config.env });
  for (const warning of config.warnings) log.warn(warning);
  const serving = config.role !== 'worker';
  if (serving) await assertPortFree(config);
  const server = await openServer(config, log);
  let http: ServerType | undefined;
  try {
    if (serving) http = await listen(config, server);
  } catch (error) {
    await server.stop(0);
    throw error;
  }
  stopOnSignals(http, server, log);
  say(serving ? welcome(config, server) : '\n  The ImgVid worker is running. Ctrl-C stops it.\n');
}

const plainErrors = [ConfigError, DatabaseSetupError, EmbeddedPostgresError, StartError];

main().catch((error: unknown) => {
  const plain = error instanceof Error && plainErrors.some((kind) => error instanceof kind);
  process.stderr.write(`\n${plain ? error.message : String((error as Error).stack ?? error)}\n\n`);
  process.exit(1);
});
