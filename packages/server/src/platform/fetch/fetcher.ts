import { lookup as systemLookup } from 'node:dns/promises';
import { open, rm, type FileHandle } from 'node:fs/promises';
import { isIPv6, type LookupFunction } from 'node:net';
import { Agent, buildConnector, request, type Dispatcher } from 'undici';
import { isInwardName, isPublic, literalOf } from './addresses.ts';
import { FetchError } from './errors.ts';

export interface FetcherSettings {
  /** Plain http is for development; in production only https. */
  allowHttp: boolean;
  /** Addresses that may be reached although they are not public: an operator's own network, or a test's server. */
  exceptions?: (address: string, port: number) => boolean;
  /** Default: 443 and 80. */
  ports?: number[];
  /** All addresses of a name. Default: the system's resolver. */
  resolve?: (hostname: string) => Promise<string[]>;
}

export interface FetchedFile {
  /** Where the file was found after redirects. */
  url: string;
  contentType: string | null;
  byteSize: number;
}

export interface Fetcher {
  /**
   * Downloads what a stranger's URL leads to. Throws FetchError when it may not or cannot be fetched, the signal's
   * reason when canceled; no file is left then.
   */
  toFile(
    url: string,
    path: string,
    o: { maxBytes: number; timeoutMs: number; /** Default: image/* */ accept?: string; signal?: AbortSignal },
  ): Promise<FetchedFile>;
  close(): Promise<void>;
}

const usualPorts = [443, 80];
const maxRedirects = 3;
const maxUrlLength = 2048;
const connectMs = 5_000;
const idleMs = 10_000;

/**
 * Fetches files from URLs that strangers give, and nothing from inside: a literal address is looked at in the URL,
 * a name's addresses when they are resolved for the very connection that uses them, the peer's address once more
 * when it is connected, and all of it again for each redirect. No cookies, no credentials, no proxy.
 */
export function openFetcher(settings: FetcherSettings): Fetcher {
  const agent = new Agent({
    connect: guardedConnector(settings),
    headersTimeout: idleMs,
    bodyTimeout: idleMs,
    pipelining: 0,
  });
  return {
    async toFile(url, path, { maxBytes, timeoutMs, accept = 'image/*', signal }) {
      const timeout = AbortSignal.timeout(timeoutMs);
      const both = signal ? AbortSignal.any([timeout, signal]) : timeout;
      try {
        const { answer, found } = await follow(agent, { ...settings, accept }, url, both);
        const byteSize = await save(answer, path, maxBytes);
        const type = answer.headers['content-type'];
        return { url: found.href, contentType: typeof type === 'string' ? type : null, byteSize };
      } catch (error) {
        if (signal?.aborted) throw signal.reason;
        if (timeout.aborted)
          throw new FetchError(
            'timeout',
            `The file did not arrive within ${Math.ceil(timeoutMs / 1000)} seconds.`,
          );
        throw asFetchError(error);
      }
    },
    close: () => agent.destroy(),
  };
}

/** As the operator has set it up: only https in production, and nothing inside but what is allowed by address and port. */
export const openConfiguredFetcher = ({ env, fetchAllow }: { env: string; fetchAllow: string[] }): Fetcher =>
  openFetcher({
    allowHttp: env !== 'production',
    exceptions: (address, port) =>
      fetchAllow.some((allowed) => allowed.replace(/[[\]]/g, '') === `${address}:${port}`),
  });

async function follow(
  agent: Agent,
  settings: FetcherSettings & { accept: string },
  first: string,
  signal: AbortSignal,
): Promise<{ answer: Dispatcher.ResponseData; found: URL }> {
  let url = checkedUrl(first, settings);
  for (let hop = 0; ; hop++) {
    const answer = await request(url, {
      dispatcher: agent,
      signal,
      headers: { accept: settings.accept, 'accept-encoding': 'identity', 'user-agent': 'ImgVid' },
    });
    if (answer.statusCode === 200) return { answer, found: url };
    await answer.body.dump({ limit: 4096 });
    const to = answer.headers['location'];
    if (answer.statusCode < 300 || answer.statusCode > 399 || typeof to !== 'string')
      throw refusedStatus(answer.statusCode);
    if (hop === maxRedirects)
      throw new FetchError('not_allowed', `The address redirects more than ${maxRedirects} times.`);
    url = checkedUrl(to, settings, url);
  }
}

function refusedStatus(status: number): FetchError {
  if (status === 404 || status === 410)
    return new FetchError('not_found', 'There is no file at this address.');
  return new FetchError('bad_answer', `The server there answered with ${status} instead of the file.`);
}

function checkedUrl(text: string, settings: FetcherSettings, base?: URL): URL {
  const url = text.length <= maxUrlLength ? URL.parse(text, base?.href) : null;
  if (!url) throw new FetchError('invalid_url', 'This is not an address of a file on the web.');
  const schemes = settings.allowHttp ? ['https:', 'http:'] : ['https:'];
  if (!schemes.includes(url.protocol))
    throw new FetchError('not_allowed', 'Only addresses that begin with https:// can be fetched.');
  if (url.username !== '' || url.password !== '')
    throw new FetchError('not_allowed', 'The address may not hold a user name or password.');
  const port = portOf(url.protocol, url.port);
  const literal = literalOf(url.hostname);
  if (literal !== null && settings.exceptions?.(literal, port) === true) return url;
  if (literal === null ? isInwardName(url.hostname) : !isPublic(literal)) throw inward();
  if (!(settings.ports ?? usualPorts).includes(port))
    throw new FetchError('not_allowed', 'Only the usual ports of the web can be fetched from.');
  return url;
}

const portOf = (protocol: string, port: string): number => Number(port) || (protocol === 'http:' ? 80 : 443);

/** One sentence for all of it: what stands inside is nobody's business. */
const inward = (): FetchError =>
  new FetchError('not_allowed', 'The address does not lie on the public internet.');

function guardedConnector(settings: FetcherSettings): buildConnector.connector {
  const resolve = settings.resolve ?? resolveBySystem;
  return (options, callback) => {
    const port = portOf(options.protocol, options.port);
    const allowed = (address: string): boolean =>
      isPublic(address) || settings.exceptions?.(address, port) === true;
    const lookup: LookupFunction = (hostname, { all }, done) => {
      void answerLookup(resolve(hostname), allowed, all === true, done);
    };
    const connect = buildConnector({ lookup, timeout: connectMs, allowH2: false });
    connect(options, (error, socket) => {
      if (error) return callback(error, null);
      const peer = socket.remoteAddress;
      if (peer !== undefined && allowed(peer)) return callback(null, socket);
      socket.destroy();
      callback(inward(), null);
    });
  };
}

type Done = Parameters<LookupFunction>[2];

async function answerLookup(
  resolved: Promise<string[]>,
  allowed: (address: string) => boolean,
  all: boolean,
  done: Done,
): Promise<void> {
  let addresses: string[];
  try {
    addresses = await resolved;
    // One inward address among public ones is enough: which of them is taken is chance.
    if (!addresses.every(allowed)) throw inward();
    if (addresses.length === 0) throw new FetchError('unreachable', 'The name in the address is not known.');
  } catch (error) {
    done(error as Error, []);
    return;
  }
  const found = addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }));
  if (all) done(null, found);
  else done(null, found[0]?.address ?? '', found[0]?.family);
}

async function resolveBySystem(hostname: string): Promise<string[]> {
  const found = await systemLookup(hostname, { all: true });
  return found.map(({ address }) => address);
}

async function save(answer: Dispatcher.ResponseData, path: string, maxBytes: number): Promise<number> {
  const { headers, body } = answer;
  // Whoever reads it learns of its errors; unread, they would end the process.
  body.on('error', () => undefined);
  try {
    const coding = headers['content-encoding'];
    if (coding !== undefined && coding !== 'identity')
      throw new FetchError('bad_answer', 'The server there sent the file packed, which was not asked for.');
    if (Number(headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes);
    const file = await open(path, 'w', 0o600);
    try {
      return await copy(body, file, maxBytes);
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    } finally {
      await file.close();
    }
  } finally {
    // Ends the connection where the body was not read to its end.
    body.destroy();
  }
}

async function copy(
  body: Dispatcher.ResponseData['body'],
  file: FileHandle,
  maxBytes: number,
): Promise<number> {
  let byteSize = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    byteSize += chunk.length;
    if (byteSize > maxBytes) throw tooLarge(maxBytes);
    await file.writeFile(chunk);
  }
  return byteSize;
}

const tooLarge = (maxBytes: number): FetchError =>
  new FetchError('too_large', `The file is larger than ${Math.floor(maxBytes / 1024 ** 2)} MB.`);

function asFetchError(error: unknown): unknown {
  if (error instanceof FetchError) return error;
  const { code, cause } = error as { code?: string; cause?: unknown };
  if (cause instanceof FetchError) return cause;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return new FetchError('unreachable', 'The name in the address is not known.', { cause: error });
  if (
    code !== undefined &&
    /^(?:UND_ERR|E(?:CONN|HOST|NET|PIPE|TIMEDOUT|PROTO)|ERR_(?:TLS|SSL)|CERT|DEPTH|SELF|UNABLE|HPE)/.test(
      code,
    )
  )
    return new FetchError('unreachable', 'The server in the address cannot be reached or breaks off.', {
      cause: error,
    });
  return error;
}
