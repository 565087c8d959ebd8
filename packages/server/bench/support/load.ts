import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { LoadResult, LoadRun } from './client.ts';

/**
 * A load generator in a process of its own: our own keep-alive client over bare sockets, because on two cores the
 * client's work is measured too, and this one does the least.
 */
export class LoadClient {
  readonly #process: ChildProcess;

  constructor() {
    this.#process = fork(join(import.meta.dirname, 'client.ts'), { execArgv: [] });
  }

  async run(run: LoadRun): Promise<LoadResult> {
    this.#process.send(run);
    const [answer] = (await once(this.#process, 'message')) as [{ result: LoadResult } | { error: string }];
    if ('error' in answer) throw new Error(answer.error);
    return answer.result;
  }

  close(): void {
    this.#process.disconnect();
  }
}
