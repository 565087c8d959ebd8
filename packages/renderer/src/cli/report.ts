import { RenderError } from '../errors.ts';
import type { Options } from './options.ts';
import type { Job } from './plan.ts';
import type { Made } from './work.ts';

type Out = Pick<NodeJS.WriteStream, 'write'> & { isTTY?: boolean; columns?: number };

export interface Streams {
  stdout: Out;
  stderr: Out;
}

const size = (bytes: number) =>
  bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} kB` : `${(bytes / 1e6).toFixed(1)} MB`;

/** Tells what happens: a bar where somebody looks on, plain lines or JSON where not. */
export class Report {
  readonly #streams: Streams;
  readonly #json: boolean;
  readonly #quiet: boolean;
  readonly #live: boolean;
  readonly #fractions = new Map<Job, number>();
  readonly #total: number;
  #finished = 0;

  constructor(streams: Streams, { json, quiet }: Pick<Options, 'json' | 'quiet'>, total: number) {
    this.#streams = streams;
    this.#json = json;
    this.#quiet = quiet;
    this.#live = !json && !quiet && streams.stderr.isTTY === true;
    this.#total = total;
  }

  progress(job: Job, fraction: number): void {
    this.#fractions.set(job, fraction);
    this.#draw();
  }

  made(job: Job, { result, files }: Made, seconds: number): void {
    this.#end(job);
    if (this.#json) return this.#object({ photo: job.photo, ok: true, files, ...result });
    if (this.#quiet) return;
    const { width, height, durationS, byteSize } = result;
    const what = `${width}x${height}, ${durationS} s, ${size(byteSize)}`;
    const more = files.length > 1 ? ` and ${files.length - 1} more` : '';
    this.#line(
      this.#streams.stdout,
      `${job.photo} → ${job.request.output}${more}  ${what}, made in ${seconds.toFixed(1)} s`,
    );
    this.#draw();
  }

  failed(job: Job, error: unknown): void {
    this.#end(job);
    const message = error instanceof Error ? error.message : String(error);
    const code = error instanceof RenderError ? error.code : 'encoder_failed';
    if (this.#json) return this.#object({ photo: job.photo, ok: false, code, message });
    this.#line(this.#streams.stderr, `${job.photo}: ${message}`);
    this.#draw();
  }

  /** Clears the bar. */
  close(): void {
    if (this.#live) this.#streams.stderr.write('\r\u001B[K');
  }

  #end(job: Job): void {
    this.#fractions.delete(job);
    this.#finished++;
  }

  #object(value: object): void {
    this.#streams.stdout.write(`${JSON.stringify(value)}\n`);
  }

  #line(stream: Out, text: string): void {
    this.close();
    stream.write(`${text}\n`);
  }

  #draw(): void {
    if (!this.#live || this.#finished === this.#total) return;
    const running = [...this.#fractions.values()].reduce((sum, fraction) => sum + fraction, 0);
    const share = (this.#finished + running) / this.#total;
    const names = [...this.#fractions.keys()].map(({ photo }) => photo).join(', ');
    const count = this.#total > 1 ? `  ${this.#finished} of ${this.#total}` : '';
    const bar = '█'.repeat(Math.round(20 * share)).padEnd(20, '░');
    const text = `${bar} ${String(Math.floor(100 * share)).padStart(3)} %${count}  ${names}`;
    this.#streams.stderr.write(`\r\u001B[K${text.slice(0, (this.#streams.stderr.columns ?? 80) - 1)}`);
  }
}
