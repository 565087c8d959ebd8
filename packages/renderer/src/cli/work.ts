import { fork, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { getCompileCacheDir } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { renderEnvironment } from '../environment.ts';
import { RenderError } from '../errors.ts';
import type { RenderResult } from '../render.ts';
import type { ChildMessage } from './child.ts';
import { movedTo, type Job } from './plan.ts';

export interface Made {
  result: RenderResult;
  /** Where the files are now. */
  files: string[];
}

const script = fileURLToPath(new URL('./child.ts', import.meta.url));
/** With the cache of compiled code that this process uses. */
function environment(): NodeJS.ProcessEnv {
  const cache = getCompileCacheDir();
  const env = { ...renderEnvironment, ...process.env };
  return cache === undefined ? env : { ...env, NODE_COMPILE_CACHE: dirname(cache) };
}

/** What a render of 1080p takes at its peak, and some more. */
const MEMORY = 500 * 2 ** 20;

/** Drawing and encoding keep two cores busy. */
export const rendersThatFit = (): number =>
  Math.max(
    1,
    Math.min(Math.floor(availableParallelism() / 2), Math.floor(process.availableMemory() / MEMORY)),
  );

/** Renders in processes of their own, each into a hidden folder beside its destination. */
export class Workshop {
  readonly #force: boolean;
  readonly #children = new Set<ChildProcess>();
  readonly #folders = new Set<string>();
  readonly #made = new Set<string>();

  constructor({ force }: { force: boolean }) {
    this.#force = force;
  }

  /** Makes one video and the files beside it. Rejects with a RenderError. */
  async make(job: Job, onProgress: (fraction: number) => void): Promise<Made> {
    if (mkdirSync(job.folder, { recursive: true }) !== undefined) this.#made.add(job.folder);
    const folder = mkdtempSync(join(resolve(job.folder), '.imgvid-'));
    this.#folders.add(folder);
    try {
      const result = await this.#render(job, folder, onProgress);
      return { result, files: this.#deliver(folder, job.folder) };
    } finally {
      rmSync(folder, { recursive: true, force: true });
      this.#folders.delete(folder);
    }
  }

  /** Ends everything at once; what was not finished is gone, and so are folders that were made for nothing. */
  stop(): void {
    for (const child of this.#children) child.kill('SIGKILL');
    for (const folder of this.#folders) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    this.close();
  }

  /** Removes the folders that were made for nothing. */
  close(): void {
    for (const folder of this.#made) if (readdirSync(folder).length === 0) rmdirSync(folder);
  }

  #deliver(from: string, to: string): string[] {
    const names = readdirSync(from).toSorted();
    const taken = this.#force ? undefined : names.find((name) => existsSync(join(to, name)));
    if (taken !== undefined)
      throw new RenderError(
        'invalid_request',
        `${join(to, taken)} has appeared meanwhile; --force replaces.`,
      );
    for (const name of names) renameSync(join(from, name), join(to, name));
    return names.map((name) => join(to, name));
  }

  #render({ request }: Job, folder: string, onProgress: (fraction: number) => void): Promise<RenderResult> {
    return new Promise((done, reject) => {
      const child = fork(script, [], { env: environment(), stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
      this.#children.add(child);
      let complaints = '';
      child.stderr?.on('data', (chunk: Buffer) => {
        complaints = (complaints + chunk.toString()).slice(-500);
      });
      child.on('message', (message: ChildMessage) => {
        if (message.type === 'progress') onProgress(message.fraction);
        else if (message.type === 'done') done(message.result);
        else reject(new RenderError(message.code, message.message));
      });
      child.once('error', (error) => reject(new RenderError('encoder_failed', error.message)));
      child.once('exit', (code, signal) => {
        this.#children.delete(child);
        const why = `The rendering process ended (${signal ?? code}). ${complaints}`.trim();
        reject(new RenderError('encoder_failed', why));
      });
      child.send(movedTo(folder, request));
    });
  }
}
