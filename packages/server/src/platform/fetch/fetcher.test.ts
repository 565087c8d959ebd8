import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FetchError, openFetcher, type Fetcher } from './index.ts';

/**
 * Two servers on this machine: `outside` stands for the public internet (an exception allows its port alone), and
 * `inside` counts who reaches it. Any connection it sees is a hole.
 */
let outside: Server;
let inside: Server;
let outsidePort: number;
let insidePort: number;
let reached = 0;
let folder: string;
let fetcher: Fetcher;

const listen = async (server: Server): Promise<number> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
};

const resolve = async (hostname: string): Promise<string[]> => {
  const names: Record<string, string[]> = {
    'photos.example': ['127.0.0.1'],
    'inward.example': ['10.0.0.1'],
    'mixed.example': ['93.184.215.14', '127.0.0.1'],
    'metadata.example': ['169.254.169.254'],
    'six.example': ['::1'],
    'mapped.example': ['::ffff:127.0.0.1'],
    'nobody.example': [],
  };
  const found = names[hostname];
  if (found) return found;
  throw Object.assign(new Error(`ENOTFOUND ${hostname}`), { code: 'ENOTFOUND' });
};

const answers: Record<string, RequestListener> = {
  '/photo': (_req, res) => res.writeHead(200, { 'content-type': 'image/jpeg' }).end('bytes of a photo'),
  '/missing': (_req, res) => res.writeHead(404).end('no'),
  '/broken': (_req, res) => res.writeHead(503).end('no'),
  '/packed': (_req, res) => res.writeHead(200, { 'content-encoding': 'gzip' }).end('x'),
  '/declared': (_req, res) => res.writeHead(200, { 'content-length': '5000' }).end(Buffer.alloc(5000)),
  '/endless': (_req, res) => {
    const more = (): void => {
      while (!res.destroyed && res.write(Buffer.alloc(65_536)));
    };
    res.on('drain', more);
    more();
  },
  '/silent': (_req, res) => void res.writeHead(200).write('x'),
  '/cut': (_req, res) => {
    res.writeHead(200, { 'content-length': '3000' });
    res.write('x', () => res.destroy());
  },
  '/hop': (_req, res) => res.writeHead(302, { location: '/photo' }).end(),
  '/loop': (_req, res) => res.writeHead(302, { location: '/loop' }).end(),
  '/nowhere': (_req, res) => res.writeHead(302).end(),
};

beforeAll(async () => {
  outside = createServer((req, res) => {
    const url = new URL(req.url ?? '/', 'http://x');
    const to = url.searchParams.get('to');
    // Header values are bytes: a server may put UTF-8 there, and never a line break.
    const location = Buffer.from((to ?? '').replace(/[\r\n]/g, '')).toString('latin1');
    if (to !== null) res.writeHead(307, { location }).end();
    else (answers[url.pathname] ?? answers['/missing'])?.(req, res);
  });
  inside = createServer((_req, res) => res.end('secret'));
  inside.on('connection', () => reached++);
  outsidePort = await listen(outside);
  insidePort = await listen(inside);
  folder = await mkdtemp(join(tmpdir(), 'imgvid-fetch-'));
  fetcher = openFetcher({
    allowHttp: true,
    ports: [80, 443, outsidePort, insidePort],
    exceptions: (address, port) => address === '127.0.0.1' && port === outsidePort,
    resolve,
  });
});
afterAll(async () => {
  await fetcher.close();
  for (const server of [outside, inside]) {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }
  await rm(folder, { recursive: true, force: true });
});

const path = (): string => join(folder, 'file');
const get = (url: string, o: Partial<Parameters<Fetcher['toFile']>[2]> = {}): ReturnType<Fetcher['toFile']> =>
  fetcher.toFile(url, path(), { maxBytes: 4000, timeoutMs: 5000, ...o });
const refusal = async (done: Promise<unknown>): Promise<FetchError> => {
  const error: unknown = await done.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(FetchError);
  expect(await readdir(folder)).toEqual([]);
  return error as FetchError;
};
const at = (pathname: string): string => `http://photos.example:${outsidePort}${pathname}`;

describe('a public file', () => {
  test.each(['/photo', '/hop', '/?to=%2Fphoto'])('%s is fetched', async (pathname) => {
    const file = await get(at(pathname));
    expect(file).toEqual({ url: at('/photo'), contentType: 'image/jpeg', byteSize: 16 });
    expect(await readFile(path(), 'utf8')).toBe('bytes of a photo');
    await rm(path());
  });

  test.each([
    ['/missing', 'not_found'],
    ['/broken', 'bad_answer'],
    ['/packed', 'bad_answer'],
    ['/nowhere', 'bad_answer'],
    ['/declared', 'too_large'],
    ['/endless', 'too_large'],
    ['/cut', 'unreachable'],
    ['/loop', 'not_allowed'],
  ])('%s is %s', async (pathname, code) => {
    expect(await refusal(get(at(pathname)))).toMatchObject({ code });
  });

  test('silence ends at the time limit', async () => {
    expect(await refusal(get(at('/silent'), { timeoutMs: 300 }))).toMatchObject({ code: 'timeout' });
  });

  test('a signal ends it with its own reason', async () => {
    const abort = new AbortController();
    const done = get(at('/silent'), { signal: abort.signal });
    abort.abort(new Error('no longer wanted'));
    await expect(done).rejects.toThrow('no longer wanted');
    expect(await readdir(folder)).toEqual([]);
  });

  test.each(['http://unknown.example/', 'http://nobody.example/'])('%s is not known', async (url) => {
    expect(await refusal(get(url))).toMatchObject({ code: 'unreachable' });
  });

  test('nobody listening is unreachable', async () => {
    const lonely = openFetcher({ allowHttp: true, ports: [9], exceptions: () => true, resolve });
    const done = lonely.toFile('http://photos.example:9/', path(), { maxBytes: 1, timeoutMs: 5000 });
    expect(await refusal(done)).toMatchObject({ code: 'unreachable' });
    await lonely.close();
  });
});

/** Every way of writing an address that leads inwards, PORT being where somebody listens. */
const spellings = [
  'http://127.0.0.1:PORT/',
  'http://127.0.0.2:PORT/',
  'http://127.255.255.254:PORT/',
  'http://127.1:PORT/',
  'http://127.0.1:PORT/',
  'http://2130706433:PORT/',
  'http://0x7f000001:PORT/',
  'http://0x7F.0.0.1:PORT/',
  'http://0x7f.1:PORT/',
  'http://0177.0.0.1:PORT/',
  'http://0177.0.0.01:PORT/',
  'http://017700000001:PORT/',
  'http://127.0.0.1.:PORT/',
  'http://127.0.0.0x1:PORT/',
  'http://127。0。0。1:PORT/',
  'http://127．0．0．1:PORT/',
  'http://①②⑦.⓪.⓪.①:PORT/',
  'http://１２７.０.０.１:PORT/',
  'http://%31%32%37.0.0.1:PORT/',
  'http://0:PORT/',
  'http://0.0.0.0:PORT/',
  'http://00.00.00.00:PORT/',
  'http://[::]:PORT/',
  'http://[::1]:PORT/',
  'http://[0:0:0:0:0:0:0:1]:PORT/',
  'http://[0000::0001]:PORT/',
  'http://[::127.0.0.1]:PORT/',
  'http://[::ffff:127.0.0.1]:PORT/',
  'http://[::ffff:7f00:1]:PORT/',
  'http://[::ffff:0:127.0.0.1]:PORT/',
  'http://[64:ff9b::127.0.0.1]:PORT/',
  'http://[64:ff9b:1::7f00:1]:PORT/',
  'http://[2002:7f00:1::]:PORT/',
  'http://[2001:0:7f00:1::]:PORT/',
  'http://[fe80::1]:PORT/',
  'http://[fd00:ec2::254]/latest/meta-data/',
  'http://[fec0::1]:PORT/',
  'http://[ff02::1]:PORT/',
  'http://[::ffff:169.254.169.254]/',
  'http://localhost:PORT/',
  'http://LOCALHOST:PORT/',
  'http://localhost.:PORT/',
  'http://ⓛocalhost:PORT/',
  'http://sub.localhost:PORT/',
  'http://localhost.localdomain:PORT/',
  'http://ip6-localhost:PORT/',
  'http://host.docker.internal:PORT/',
  'http://kubernetes.default.svc.cluster.local:PORT/',
  'http://metadata.google.internal/computeMetadata/v1/',
  'http://169.254.169.254/latest/meta-data/',
  'http://2852039166/',
  'http://0xA9FEA9FE/',
  'http://0251.0376.0251.0376/',
  'http://169.254.43518/',
  'http://168.63.129.16/',
  'http://100.100.100.200/',
  'http://10.0.0.1/',
  'http://172.16.0.1/',
  'http://192.168.1.1/',
  'http://100.64.0.1/',
  'http://198.18.0.1/',
  'http://224.0.0.1/',
  'http://255.255.255.255/',
  'http://router/',
  'http://inward.example/',
  'http://mixed.example:PORT/',
  'http://metadata.example/',
  'http://six.example:PORT/',
  'http://mapped.example:PORT/',
  'http://photos.example:PORT/',
  'http://photos.example@127.0.0.1:PORT/',
  'http://127.0.0.1:PORT@photos.example/',
  'http:127.0.0.1:PORT/',
  'http:/127.0.0.1:PORT/',
  'http:\\\\127.0.0.1:PORT\\',
  'http://\t127.0.0.1:PORT/',
  ' http://127.0.0.1:PORT/',
  'ht\ntp://127.0.0.1:PORT/',
  'file:///etc/passwd',
  'ftp://127.0.0.1:PORT/',
  'gopher://127.0.0.1:PORT/_x',
  'data:image/png;base64,AAAA',
  'javascript:alert(1)',
  'blob:http://127.0.0.1:PORT/x',
  'unix:/var/run/docker.sock',
  'ws://127.0.0.1:PORT/',
].map((url) => [url]);

describe(`${spellings.length} spellings of what lies inside`, () => {
  test.each(spellings)('%j is not fetched, nor is a redirect to it', async (spelling) => {
    const url = spelling.replaceAll('PORT', String(insidePort));
    expect((await refusal(get(url))).code).toMatch(/^(?:not_allowed|invalid_url)$/);
    // Some are paths on the same server once they stand in a redirect: those are not found there.
    const redirected = await refusal(get(at(`/?to=${encodeURIComponent(url)}`)));
    expect(redirected.code).toMatch(/^(?:not_allowed|invalid_url|not_found|unreachable)$/);
    expect(reached).toBe(0);
  });

  test('the inside is there, so the count means something', async () => {
    expect(await (await fetch(`http://127.0.0.1:${insidePort}/`)).text()).toBe('secret');
    expect(reached).toBe(1);
  });

  test('a name that turns inward between two looks is held to the look of its connection', async () => {
    const seen: string[] = [];
    const rebinding = openFetcher({
      allowHttp: true,
      ports: [outsidePort, insidePort],
      exceptions: (address, port) => address === '127.0.0.1' && port === outsidePort,
      // The redirect makes a second connection, and by then the name leads elsewhere.
      resolve: async () => {
        seen.push('asked');
        return seen.length === 1 ? ['127.0.0.1'] : ['192.168.0.1'];
      },
    });
    const done = rebinding.toFile(at('/hop'), path(), { maxBytes: 100, timeoutMs: 2000 });
    expect(await refusal(done)).toMatchObject({ code: 'not_allowed' });
    expect(seen).toHaveLength(2);
    await rebinding.close();
  });
});

describe('in production', () => {
  test('only https on the usual ports, without credentials', async () => {
    const strict = openFetcher({ allowHttp: false, resolve });
    const tried = [
      'http://photos.example/',
      'https://photos.example:8443/',
      'https://a:b@photos.example/',
      'https://photos.example:22/',
    ];
    for (const url of tried) {
      const done = strict.toFile(url, path(), { maxBytes: 100, timeoutMs: 2000 });
      expect(await refusal(done)).toMatchObject({ code: 'not_allowed' });
    }
    await strict.close();
  });

  test.each([
    '',
    'x',
    '//photos.example/',
    'https://',
    'https://[',
    `https://photos.example/${'x'.repeat(2100)}`,
  ])('%j is no address', async (url) => {
    expect(await refusal(get(url))).toMatchObject({ code: 'invalid_url' });
  });
});
