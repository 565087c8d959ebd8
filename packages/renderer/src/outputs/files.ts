import { randomUUID } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';

/**
 * The files of one render, under other names until all of them are there. A name never stands for half a file,
 * and after a failure none of the names stands for anything new.
 */
export class StagedFiles {
  readonly #staged = new Map<string, string>();
  readonly #signal: AbortSignal | undefined;

  constructor(signal?: AbortSignal) {
    this.#signal = signal;
  }

  /** Writes `parts`, one after another, to what will be `path`; gives the number of bytes. */
  async stage(path: string, parts: Uint8Array[]): Promise<number> {
    const temporary = `${path}.${randomUUID()}.part`;
    this.#staged.set(path, temporary);
    await writeFile(temporary, parts, this.#signal ? { signal: this.#signal } : {});
    return parts.reduce((sum, part) => sum + part.length, 0);
  }

  /** Gives all files their names, or none. */
  async commit(): Promise<void> {
    const named: string[] = [];
    try {
      for (const [path, temporary] of this.#staged) {
        this.#signal?.throwIfAborted();
        await rename(temporary, path);
        named.push(path);
      }
      // Canceled while the last name changed: nobody expects the files any more.
      this.#signal?.throwIfAborted();
    } catch (error) {
      await Promise.all(named.map((path) => rm(path, { force: true })));
      throw error;
    }
    this.#staged.clear();
  }

  /** Removes what was staged; harmless after `commit`. */
  async discard(): Promise<void> {
    await Promise.all([...this.#staged.values()].map((temporary) => rm(temporary, { force: true })));
    this.#staged.clear();
  }
}

/** Writes one file so that its name never stands for half of it. */
export async function writeWhole(path: string, parts: Uint8Array[]): Promise<void> {
  const files = new StagedFiles();
  try {
    await files.stage(path, parts);
    await files.commit();
  } finally {
    await files.discard();
  }
}
