import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import sharp from 'sharp';

/**
 * What a stand-in does with a job, named in its prompt as `[[scenario]]`:
 * `ok`, `slow`, `storm` (429 first), `busy` (429 always), `shaky` (500 when asked), `lost` (no webhook), `double` (webhook five times),
 * `expired` (the file is gone), `nsfw`, `fault`, `html` (wrong type), `truncated`, `huge`, `inwards` (redirect to this
 * machine), `silent` (taken, then answered with 500), `hangup` (taken, then the connection is cut), `down` (500, and not
 * taken), `never`, `forgotten`, `invalid`, `refused` (`nsfw` without a webhook). `[[wan:fault]]` is meant for models
 * with “wan” in their names only.
 */
export type Scenario = string;

export function scenarioOf(prompt: unknown, model: string): Scenario {
  const [, meant = '', scenario = 'ok'] = /\[\[(?:(\w+):)?(\w+)\]\]/.exec(String(prompt)) ?? [];
  return model.includes(meant) ? scenario : 'ok';
}

export interface StandInJob {
  id: string;
  scenario: Scenario;
  webhook: string | undefined;
  input: Record<string, unknown>;
  madeAt: number;
  canceled: boolean;
  asked: number;
  /** It is done after all, and its webhook says so. Resolves once that is answered. */
  finishLate(): Promise<unknown>;
  /** A call to its webhook as the provider makes it. */
  hook(options?: HookOptions): RequestInit;
}

export interface HookOptions {
  /** Another than the provider's own makes a forged one. */
  secret?: string;
  /** Seconds since 1970; now where none is given. */
  at?: number;
  /** What it says of the job, where that is not how it stands. */
  status?: string;
}

export interface Call {
  request: IncomingMessage;
  response: ServerResponse;
  url: URL;
  body: string;
}

export interface StandIn {
  url: string;
  jobs: Map<string, StandInJob>;
  /** `address:port`, for IMGVID_FETCH_ALLOW. */
  address: string;
  /** Connections that a redirect inwards was followed to. */
  inwardHits: () => number;
  close(): Promise<void>;
}

export const json = (
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
};

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('latin1');
}

/** The finished file of a job, or what its scenario makes of it. */
function serveFile(response: ServerResponse, clip: Buffer, scenario: Scenario, inwards: string): void {
  const type = { 'content-type': 'video/mp4' };
  if (scenario === 'expired') response.writeHead(404).end('gone');
  else if (scenario === 'html')
    response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Sign in</h1>');
  else if (scenario === 'truncated')
    response.writeHead(200, type).end(clip.subarray(0, Math.floor(clip.length * 0.7)));
  else if (scenario === 'inwards') response.writeHead(302, { location: inwards }).end();
  else if (scenario === 'huge') {
    response.writeHead(200, type);
    const timer = setInterval(() => response.write(Buffer.alloc(1_000_000)), 2);
    response.on('close', () => clearInterval(timer));
  } else response.writeHead(200, { ...type, 'content-length': clip.length }).end(clip);
}

/** A server on a free port that answers `handle`, with the finished files under `/files/`. */
export async function startStandIn(
  clip: Buffer,
  handle: (call: Call, standIn: StandIn) => void | Promise<void>,
): Promise<StandIn> {
  let hits = 0;
  const inner: Server = createServer((_request, response) => {
    hits++;
    response.end(clip);
  });
  await listen(inner);
  const inwards = `http://127.0.0.1:${portOf(inner)}/secret.mp4`;
  const server: Server = createServer((request, response) => {
    void (async () => {
      const url = new URL(request.url ?? '/', standIn.url);
      const file = /^\/files\/([\w-]+)\.mp4$/.exec(url.pathname)?.[1];
      if (file) serveFile(response, clip, standIn.jobs.get(file)?.scenario ?? 'expired', inwards);
      else await handle({ request, response, url, body: await read(request) }, standIn);
    })();
  });
  await listen(server);
  const address = `127.0.0.1:${portOf(server)}`;
  const standIn: StandIn = {
    url: `http://${address}`,
    address,
    jobs: new Map(),
    inwardHits: () => hits,
    close: async () => {
      for (const each of [server, inner]) {
        each.closeAllConnections();
        await new Promise((resolve) => {
          each.close(resolve);
        });
      }
    },
  };
  return standIn;
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port;
const listen = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });

/** The photo as the provider fetches it: by URL, or out of the request itself. */
async function photoAt(url: unknown): Promise<Buffer | null> {
  if (typeof url !== 'string') return null;
  const answer = await fetch(url).catch(() => null);
  return answer?.ok ? Buffer.from(await answer.arrayBuffer()) : null;
}

async function isJpegOf(url: unknown, minSide: number): Promise<boolean> {
  const photo = await photoAt(url);
  const read =
    photo &&
    (await sharp(photo)
      .metadata()
      .catch(() => null));
  return read?.format === 'jpeg' && Math.min(read.width, read.height) >= minSide;
}

/** The photos have to be there, JPEGs, and large enough, as for the real ones. */
export const areJpegs = async (urls: unknown[], minSide: number): Promise<boolean> =>
  (await Promise.all(urls.map((url) => isJpegOf(url, minSide)))).every(Boolean);

/** When a job is over, in milliseconds after it was made. */
const workMs = (scenario: Scenario): number =>
  scenario === 'never' || scenario === 'forgotten' ? Infinity : scenario === 'slow' ? 4000 : 300;

/** Calls the webhook of a job, unless its scenario has none. */
export async function tell(job: StandInJob, options: HookOptions = {}): Promise<void> {
  const { webhook, scenario, canceled } = job;
  if (!webhook || scenario === 'lost' || scenario === 'refused' || canceled) return;
  const calls = Array.from({ length: scenario === 'double' ? 5 : 1 }, () =>
    fetch(webhook, job.hook(options)),
  );
  await Promise.allSettled(calls);
}

/** Takes a job in, and calls its webhook when it is over. */
export function takeJob(
  standIn: StandIn,
  wanted: Pick<StandInJob, 'id' | 'scenario' | 'webhook' | 'input'>,
  hookOf: (job: StandInJob, options: HookOptions) => RequestInit,
): StandInJob {
  const job: StandInJob = {
    ...{ ...wanted, madeAt: Date.now(), canceled: false, asked: 0 },
    finishLate() {
      Object.assign(job, { scenario: 'ok', canceled: false });
      return tell(job);
    },
    hook: (options = {}) => hookOf(job, options),
  };
  standIn.jobs.set(job.id, job);
  const ms = workMs(job.scenario);
  if (Number.isFinite(ms)) setTimeout(() => void tell(job), ms + 20).unref();
  return job;
}

export function isDone({ madeAt, scenario }: StandInJob): boolean {
  return Date.now() - madeAt >= workMs(scenario);
}
