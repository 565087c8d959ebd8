/**
 * A process that holds an embedded Postgres, as a server does: `node postgres-holder.ts <data folder> [uid]`.
 * Prints one line of JSON when it is up, stops it on SIGINT, and exits with 1 and one sentence when it cannot.
 */
import { startEmbeddedPostgres } from '../../src/platform/postgres/index.ts';

const [, , dataDir = '', uid] = process.argv;
if (uid) {
  // Everything is loaded by now; the rest happens as somebody with no rights at all.
  process.setgid?.(Number(uid));
  process.setuid?.(Number(uid));
}
const tell = (...words: unknown[]) => process.stderr.write(`${words.map(String).join(' ')}\n`);
const log = { debug: tell, info: tell, warn: tell, error: tell } as never;
try {
  const started = performance.now();
  const postgres = await startEmbeddedPostgres({ dataDir, log });
  const { url, folder, version } = postgres;
  // Keeps the process, as a server's socket would.
  const keep = setInterval(() => undefined, 60_000);
  process.once('SIGINT', () => {
    clearInterval(keep);
    void postgres.stop();
  });
  process.stdout.write(`${JSON.stringify({ url, folder, version, ms: performance.now() - started })}\n`);
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
