import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** The real server as a program of its own, with a database and a data folder of its own. */
export interface TestServer {
  /** Origin, without a slash at the end. */
  url: string;
  dataDir: string;
  /** Everything it has said since it was started first. */
  log(): string;
  /** Milliseconds from the last start to readiness. */
  readyMs(): number;
  /** Sends a signal and waits until the process is gone. Gives its exit code; null when the signal ended it. */
  kill(signal: NodeJS.Signals): Promise<number | null>;
  /** Starts it again on the same port and data, after kill. */
  restart(): Promise<void>;
  /** Ends it in good order and removes its data; also what a kill has left running. */
  stop(): Promise<void>;
}

export interface TestServerOptions {
  /** Settings beside port and data folder. */
  env?: Readonly<Record<string, string>>;
}

const main = fileURLToPath(new URL('../../packages/server/src/main.ts', import.meta.url));
const startWithinMs = 60_000;

/** @throws Error with the server's own words when it does not get ready. */
export async function startServer(options: TestServerOptions = {}): Promise<TestServer> {
  const port = await freePort();
  const dataDir = mkdtempSync(join(tmpdir(), 'imgvid-e2e-'));
  // As root, Postgres runs as another user and has to be able to enter.
  chmodSync(dataDir, 0o755);
  const url = `http://localhost:${port}`;
  const settings = { IMGVID_PORT: String(port), IMGVID_DATA_DIR: dataDir, ...options.env };
  let said = '';
  let readyMs = 0;
  let child: ChildProcess | undefined;
  const log = (): string => said;

  async function start(): Promise<void> {
    const begun = performance.now();
    child = spawn(process.execPath, [main], {
      env: { ...process.env, ...settings },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const hear = (chunk: Buffer): void => void (said += chunk.toString());
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.once('exit', (code, signal) => (said += `[it ended: ${signal ?? `code ${code}`}]\n`));
    await untilReady(child, url, log);
    readyMs = performance.now() - begun;
  }

  async function kill(signal: NodeJS.Signals): Promise<number | null> {
    if (!child || hasEnded(child)) return child?.exitCode ?? null;
    const ended = new Promise<number | null>((resolve) => child?.once('exit', resolve));
    child.kill(signal);
    return ended;
  }

  async function stop(): Promise<void> {
    let stuck = false;
    const patience = setTimeout(() => {
      stuck = true;
      child?.kill('SIGKILL');
    }, 20_000);
    await kill('SIGTERM');
    clearTimeout(patience);
    await endPostgres(dataDir);
    rmSync(dataDir, { recursive: true, force: true });
    if (stuck) throw new Error(`The server did not stop within 20 s. It said:\n${said}`);
  }

  process.once('exit', () => child?.kill('SIGKILL'));
  try {
    await start();
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, dataDir, log, readyMs: () => readyMs, kill, restart: start, stop };
}

const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

async function untilReady(child: ChildProcess, url: string, log: () => string): Promise<void> {
  const deadline = Date.now() + startWithinMs;
  while (Date.now() < deadline && !hasEnded(child)) {
    const answer = await fetch(`${url}/readyz`).catch(() => undefined);
    if (answer?.ok) return;
    await sleep(50);
  }
  const how = hasEnded(child)
    ? `ended with code ${child.exitCode}`
    : `was not ready within ${startWithinMs} ms`;
  child.kill('SIGKILL');
  throw new Error(`The server ${how}. It said:\n${log()}`);
}

/** A killed server leaves its Postgres running on purpose; the end of a test is the end of it too. */
export async function endPostgres(dataDir: string): Promise<void> {
  for (const file of globSync('postgres/**/postmaster.pid', { cwd: dataDir })) {
    const pid = Number(readFileSync(join(dataDir, file), 'utf8').split('\n')[0]);
    if (!(pid > 0) || !signalled(pid, 'SIGQUIT')) continue;
    for (let tries = 0; tries < 100 && signalled(pid, 0); tries++) await sleep(50);
  }
}

function signalled(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
