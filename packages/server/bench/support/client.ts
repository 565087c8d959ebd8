import { createConnection, type Socket } from 'node:net';

/** What one run of the load client does: each connection sends its next request when the last is answered. */
export interface LoadRun {
  port: number;
  connections: number;
  ms: number;
  method: 'GET' | 'POST';
  path: string;
  /** One set for each caller; connections take turns. `{n}` in a value becomes a number not used before. */
  headers: Record<string, string>[];
  /** The body for each caller; none for GET. */
  bodies?: string[];
}

export interface LoadResult {
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
}

let sent = 0;

/** The request's text as pieces between which the running number goes. */
function requestOf(run: LoadRun, caller: number): string[] {
  const body = run.bodies?.[caller % run.bodies.length] ?? '';
  const headers = { ...run.headers[caller % run.headers.length], host: `127.0.0.1:${run.port}` };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  if (body) {
    lines.push(`content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n`);
  }
  return `${run.method} ${run.path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`.split('{n}');
}

/** The length of the answer that begins the text, or undefined while its head is not whole. */
function answerLength(text: string): number | undefined {
  const head = text.indexOf('\r\n\r\n');
  if (head < 0) return undefined;
  if (!/^HTTP\/1\.1 2\d\d/.test(text)) throw new Error(`the server answered: ${text.slice(0, 1500)}`);
  const length = /\r\ncontent-length: (\d+)\r\n/i.exec(text.slice(0, head + 2))?.[1];
  if (length === undefined) throw new Error('the load client needs answers with a content-length');
  return head + 4 + Number(length);
}

class Connection {
  readonly #socket: Socket;
  readonly #pieces: string[];
  readonly #until: number;
  readonly times: number[] = [];

  constructor(run: LoadRun, caller: number, until: number) {
    this.#pieces = requestOf(run, caller);
    this.#until = until;
    this.#socket = createConnection({ port: run.port, host: '127.0.0.1', noDelay: true });
    // Bytes as characters: lengths are in bytes.
    this.#socket.setEncoding('latin1');
  }

  run(): Promise<void> {
    return new Promise((resolve, reject) => {
      let answer = '';
      let wanted: number | undefined;
      let startedAt = 0;
      const send = (): void => {
        if (performance.now() >= this.#until) {
          this.#socket.destroy();
          resolve();
          return;
        }
        answer = '';
        wanted = undefined;
        startedAt = performance.now();
        this.#socket.write(this.#pieces.join(`${process.pid}-${sent++}`), 'latin1');
      };
      this.#socket.on('connect', send);
      this.#socket.on('error', reject);
      this.#socket.on('data', (text: string) => {
        answer += text;
        try {
          wanted ??= answerLength(answer);
        } catch (error) {
          reject(error);
          return;
        }
        if (wanted === undefined || answer.length < wanted) return;
        this.times.push(performance.now() - startedAt);
        send();
      });
    });
  }
}

async function load(run: LoadRun): Promise<LoadResult> {
  const startedAt = performance.now();
  const connections = Array.from(
    { length: run.connections },
    (_, caller) => new Connection(run, caller, startedAt + run.ms),
  );
  await Promise.all(connections.map((connection) => connection.run()));
  const seconds = (performance.now() - startedAt) / 1000;
  const times = connections.flatMap((connection) => connection.times).toSorted((a, b) => a - b);
  const at = (share: number): number => times[Math.floor(times.length * share)] ?? Number.NaN;
  return { perSecond: times.length / seconds, p50Ms: at(0.5), p99Ms: at(0.99) };
}

process.on('message', (run: LoadRun) => {
  load(run).then(
    (result) => process.send?.({ result }),
    (error: unknown) => process.send?.({ error: (error as Error).message }),
  );
});
