/** Memory of open progress streams, beside bare node:http. `node bench/streams.ts 10000` opens that many. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { join } from 'node:path';
import { encodeId } from '../src/platform/ids.ts';
import { median, print } from './support/rounds.ts';
import { ownPostgres, ownServer, superuserPool, withOpened } from './support/running.ts';
import { seedGenerations, seedTenant } from './support/seed.ts';

const streams = Number(process.argv[2] ?? 2000);
const rounds = 3;
/** Opened and closed before the measurement, so that code and pools are there. */
const warmUp = 300;
const atOnce = 50;

async function ask<T>(child: ChildProcess): Promise<T> {
  const [answer] = (await once(child, 'message')) as [T];
  return answer;
}

async function memoryOf(child: ChildProcess): Promise<number> {
  const answer = ask<{ rss: number }>(child);
  child.send('memory');
  return (await answer).rss;
}

/** Resolves once the first event is there. */
function openStream(port: number, path: string, secret: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ port, host: '127.0.0.1' });
    let text = '';
    socket.setEncoding('latin1');
    socket.on('error', reject);
    socket.on('connect', () =>
      socket.write(`GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${secret}\r\n\r\n`),
    );
    socket.on('data', (part: string) => {
      if (text.includes('\n\ndata')) return;
      text += part;
      if (/\ndata: .*\n\n/.test(text)) resolve(socket);
      else if (!text.startsWith('HTTP/1.1 200')) reject(new Error(`no stream: ${text.slice(0, 500)}`));
    });
  });
}

async function openAll(port: number, paths: readonly string[], secret: string): Promise<Socket[]> {
  const sockets: Socket[] = [];
  for (let i = 0; i < paths.length; i += atOnce) {
    const some = paths.slice(i, i + atOnce).map((path) => openStream(port, path, secret));
    sockets.push(...(await Promise.all(some)));
  }
  return sockets;
}

interface Setting {
  databaseUrl: string;
  paths: readonly string[];
  secret: string;
}

/** Bytes of resident memory a stream. */
async function measure(kind: 'imgvid' | 'raw', { databaseUrl, paths, secret }: Setting): Promise<number> {
  const program = join(import.meta.dirname, 'support/stream-server.ts');
  const child = fork(program, [kind, databaseUrl], { execArgv: ['--expose-gc'] });
  try {
    const { port } = await ask<{ port: number }>(child);
    for (const socket of await openAll(port, paths.slice(0, warmUp), secret)) socket.destroy();
    const before = await memoryOf(child);
    const sockets = await openAll(port, paths, secret);
    const after = await memoryOf(child);
    for (const socket of sockets) socket.destroy();
    return (after - before) / paths.length;
  } finally {
    const exited = once(child, 'exit');
    child.disconnect();
    await exited;
  }
}

await withOpened(async (opened) => {
  const postgres = await ownPostgres(opened);
  const superuser = superuserPool(opened, postgres.url, 1);
  // Opened once and closed, so that the database is migrated before any memory is measured.
  await withOpened(async (once) => void (await ownServer(once, postgres.url)));
  const tenant = await seedTenant(superuser);
  const ids = await seedGenerations(superuser, tenant, streams, 'running');
  const paths = ids.map((id) => `/v1/generations/${encodeId('gen', id)}/events`);
  const setting = { databaseUrl: postgres.url, paths, secret: tenant.secret };
  const results: { ours: number; theirs: number }[] = [];
  for (let round = 0; round < rounds; round++) {
    results.push({ ours: await measure('imgvid', setting), theirs: await measure('raw', setting) });
  }
  const ratio = median(results.map(({ ours, theirs }) => ours / theirs));
  const kilobytes = (which: 'ours' | 'theirs') =>
    (median(results.map((result) => result[which])) / 1024).toFixed(1);
  print([
    {
      row: `memory of ${streams} open progress streams`,
      measured: `${ratio.toFixed(2)} (${kilobytes('ours')} : ${kilobytes('theirs')} KB each)`,
      goal: '<= 1.2',
      'compared with': 'node:http',
    },
  ]);
});
