import { spawn } from 'node:child_process';
import { createHash, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/**
 * A real S3-compatible server for tests: s3rver keeps the objects, and a gate in front of it does what s3rver
 * leaves out. It computes every SigV4 signature again with an implementation that is not the SDK's (aws4), holds
 * requests to what was signed (headers, length, type, expiry, body hash) and refuses what Cloudflare R2 refuses.
 */
export interface StrictS3 {
  endpoint: string;
  bucket: string;
  accessKeyId: string;
  secretAccessKey: string;
  /** The next `count` requests are answered with this status instead. */
  failNext(count: number, status: number): void;
  /** Method and path of what passed the gate since the last call. */
  seen(): string[];
  close(): Promise<void>;
}

interface Aws4Request {
  service: 's3';
  region: string;
  host: string;
  method: string;
  path: string;
  headers: Record<string, string>;
  signQuery?: boolean;
  doNotModifyHeaders: boolean;
  extraHeadersToInclude: Record<string, boolean>;
}

const require = createRequire(import.meta.url);
const { RequestSigner } = require('aws4') as {
  RequestSigner: new (request: Aws4Request, keys: Keys) => { datetime?: string; signature(): string };
};
interface Keys {
  accessKeyId: string;
  secretAccessKey: string;
}

class Refusal extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

const region = 'us-east-1';
const bucket = 'imgvid-test';

export async function startStrictS3(): Promise<StrictS3> {
  const keys = { accessKeyId: 'AKIATESTTESTTESTTEST', secretAccessKey: 'secret/of+the=tests' };
  const s3rver = await startS3rver();

  const faults: number[] = [];
  let passed: string[] = [];
  const handle = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const body = await bodyOf(req);
    const fault = faults.shift();
    if (fault !== undefined) throw new Refusal(fault, 'InternalError', 'A fault the test asked for');
    const url = new URL(req.url ?? '/', `http://${req.headers.host}`);
    refuseWhatR2Refuses(req, url, body);
    if (url.searchParams.has('X-Amz-Signature')) checkPresigned(req, url, keys);
    else checkSigned(req, body, keys);
    passed.push(`${req.method} ${url.pathname}`);
    await forward(req, res, url, body, s3rver.port);
  };
  const server = createServer((req, res) => {
    handle(req, res).catch((error: unknown) => refuse(res, error));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  return {
    endpoint: `http://127.0.0.1:${port}`,
    bucket,
    ...keys,
    failNext: (count, status) => void faults.push(...Array<number>(count).fill(status)),
    seen() {
      const list = passed;
      passed = [];
      return list;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await s3rver.close();
    },
  };
}

/**
 * In a process of its own, because it makes its continuation tokens with DES, which Node has only when started
 * with the old OpenSSL provider.
 */
async function startS3rver(): Promise<{ port: number; close(): Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), 'imgvid-s3-'));
  const program = join(dirname(require.resolve('s3rver/package.json')), 'bin/s3rver.js');
  const options = ['--directory', directory, '--address', '127.0.0.1', '--port', '0', '--silent'];
  const child = spawn(
    process.execPath,
    ['--openssl-legacy-provider', program, ...options, '--configure-bucket', bucket],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const gone = once(child, 'exit');
  const port = await new Promise<number>((resolve, reject) => {
    let said = '';
    child.stdout.on('data', (text: Buffer) => {
      said += String(text);
      const match = /listening on \S+:(\d+)/.exec(said);
      if (match) resolve(Number(match[1]));
    });
    gone.then(() => reject(new Error(`s3rver ended: ${said}`)), reject);
  });
  return {
    port,
    async close() {
      child.kill();
      await gone;
      await rm(directory, { recursive: true, force: true });
    },
  };
}

const headerOf = (req: IncomingMessage, name: string): string => String(req.headers[name] ?? '');

async function bodyOf(req: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function refuseWhatR2Refuses(req: IncomingMessage, url: URL, body: Buffer): void {
  const names = [
    ...Object.keys(req.headers),
    ...[...url.searchParams.keys()].map((name) => name.toLowerCase()),
  ];
  const unknown = names.find((name) =>
    /^x-amz-(?:sdk-)?checksum|^x-amz-(?:acl|grant|tagging|trailer)/.test(name),
  );
  if (unknown) throw new Refusal(501, 'NotImplemented', `Header '${unknown}' not implemented`);
  if (headerOf(req, 'x-amz-content-sha256').startsWith('STREAMING'))
    throw new Refusal(501, 'NotImplemented', 'Streaming signatures are not implemented');
  if (req.method === 'PUT' && req.headers['content-length'] === undefined)
    throw new Refusal(411, 'MissingContentLength', 'A PUT needs a length');
  if (req.method === 'POST') {
    if (!url.searchParams.has('delete')) throw new Refusal(501, 'NotImplemented', 'No POST of forms');
    const md5 = createHash('md5').update(body).digest('base64');
    if (req.headers['content-md5'] !== md5)
      throw new Refusal(400, 'InvalidDigest', 'Content-MD5 is missing or wrong');
  }
}

function checkPresigned(req: IncomingMessage, url: URL, keys: Keys): void {
  const query = url.searchParams;
  const field = (name: string): string => query.get(name) ?? '';
  const signedHeaders = field('X-Amz-SignedHeaders').split(';');
  // aws4 writes these two itself before it signs, so they are compared here.
  if (field('X-Amz-Algorithm') !== 'AWS4-HMAC-SHA256')
    throw new Refusal(400, 'AuthorizationQueryParametersError', 'Wrong X-Amz-Algorithm');
  checkCredential(field('X-Amz-Credential'), field('X-Amz-Date'), keys);
  if (!signedHeaders.includes('host')) throw new Refusal(403, 'AccessDenied', 'The host is not signed');
  if (
    req.method === 'PUT' &&
    !['content-length', 'content-type'].every((name) => signedHeaders.includes(name))
  )
    throw new Refusal(403, 'AccessDenied', 'Length and type are not signed');
  const lifeS = Number(field('X-Amz-Expires'));
  if (!(lifeS >= 1 && lifeS <= 604_800))
    throw new Refusal(400, 'AuthorizationQueryParametersError', 'Wrong X-Amz-Expires');
  const signedAt = amzDate(field('X-Amz-Date'));
  if (Date.now() > signedAt + lifeS * 1000) throw new Refusal(403, 'AccessDenied', 'Request has expired');
  // Taken out of the text itself: writing the query anew would change how it is encoded.
  const unsigned = new URL(url.href.replace(/([?&])X-Amz-Signature=[^&]*&?/, '$1').replace(/[?&]$/, ''));
  const signature = sign(req, unsigned, signedHeaders, keys, true);
  if (!same(signature, field('X-Amz-Signature'))) throw mismatch();
}

function checkSigned(req: IncomingMessage, body: Buffer, keys: Keys): void {
  const pattern = /^AWS4-HMAC-SHA256 Credential=([^,]+), SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/;
  const [, credential = '', headers = '', given = ''] = pattern.exec(req.headers.authorization ?? '') ?? [];
  if (given === '') throw new Refusal(403, 'AccessDenied', 'Not signed');
  checkCredential(credential, headerOf(req, 'x-amz-date'), keys);
  const signedHeaders = headers.split(';');
  const loose = Object.keys(req.headers).find(
    (name) => name.startsWith('x-amz-') && !signedHeaders.includes(name),
  );
  if (loose) throw new Refusal(403, 'AccessDenied', `The header ${loose} is not signed`);
  if (Math.abs(Date.now() - amzDate(headerOf(req, 'x-amz-date'))) > 900_000)
    throw new Refusal(403, 'RequestTimeTooSkewed', 'The clocks differ');
  const hash = headerOf(req, 'x-amz-content-sha256');
  if (hash !== 'UNSIGNED-PAYLOAD' && hash !== createHash('sha256').update(body).digest('hex'))
    throw new Refusal(400, 'XAmzContentSHA256Mismatch', 'The body is not what was signed');
  const url = new URL(req.url ?? '/', `http://${req.headers.host}`);
  if (!same(sign(req, url, signedHeaders, keys, false), given)) throw mismatch();
}

function sign(
  req: IncomingMessage,
  url: URL,
  signedHeaders: string[],
  keys: Keys,
  signQuery: boolean,
): string {
  const headers: Record<string, string> = {};
  for (const name of signedHeaders) {
    const value = req.headers[name];
    if (value === undefined)
      throw new Refusal(403, 'SignatureDoesNotMatch', `The signed header ${name} is missing`);
    headers[name] = String(value);
  }
  const request: Aws4Request = {
    service: 's3',
    region,
    host: `${req.headers.host}`,
    method: `${req.method}`,
    path: url.pathname + url.search,
    headers,
    doNotModifyHeaders: true,
    extraHeadersToInclude: Object.fromEntries(signedHeaders.map((name) => [name, true])),
    ...(signQuery ? { signQuery } : {}),
  };
  const signer = new RequestSigner(request, keys);
  // It would find the date by itself, but only after the first use of it.
  signer.datetime = url.searchParams.get('X-Amz-Date') ?? headerOf(req, 'x-amz-date');
  return signer.signature();
}

function checkCredential(credential: string, date: string, keys: Keys): void {
  const [id, day, ...scope] = credential.split('/');
  if (id !== keys.accessKeyId) throw new Refusal(403, 'InvalidAccessKeyId', 'No such key');
  if (day !== date.slice(0, 8) || scope.join('/') !== `${region}/s3/aws4_request`)
    throw new Refusal(400, 'AuthorizationHeaderMalformed', 'Another scope');
}

const mismatch = (): Refusal => new Refusal(403, 'SignatureDoesNotMatch', 'The signature is not right');

const same = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));

/** `20261124T040000Z` to milliseconds; NaN never passes a comparison. */
const amzDate = (text: string): number =>
  Date.parse(text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));

/** To s3rver without any signature; what response-… asks for is done here, since s3rver wants it signed. */
function forward(
  req: IncomingMessage,
  res: ServerResponse,
  url: URL,
  body: Buffer,
  port: number,
): Promise<void> {
  const overrides = new Map<string, string>();
  const search = new URLSearchParams();
  for (const [name, value] of url.searchParams) {
    if (name.startsWith('response-')) overrides.set(name.slice('response-'.length), value);
    else if (!name.toLowerCase().startsWith('x-amz-') && name !== 'x-id') search.append(name, value);
  }
  const headers = Object.fromEntries(
    Object.entries(req.headers).filter(([name]) => name !== 'authorization' && !name.startsWith('x-amz-')),
  );
  const query = search.toString().replaceAll(/=(?=&|$)/g, '');
  const path = url.pathname + (query === '' ? '' : `?${query}`);
  return new Promise((resolve, reject) => {
    const inner = httpRequest({ host: '127.0.0.1', port, method: req.method, path, headers }, (answer) => {
      res.writeHead(answer.statusCode ?? 502, { ...answer.headers, ...Object.fromEntries(overrides) });
      answer.pipe(res).on('finish', resolve).on('error', reject);
    });
    inner.on('error', reject);
    inner.end(body);
  });
}

function refuse(res: ServerResponse, error: unknown): void {
  const { status, code, message } =
    error instanceof Refusal ? error : { status: 500, code: 'InternalError', message: String(error) };
  if (res.headersSent) return void res.destroy();
  res.writeHead(status, { 'content-type': 'application/xml' });
  res.end(
    `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`,
  );
}
