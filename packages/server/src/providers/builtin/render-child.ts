import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { RenderError, RenderRequest, RenderResult } from '@imgvid/renderer';
import { renderEnvironment } from '@imgvid/renderer/environment';

export type RenderMessage =
  | { type: 'progress'; fraction: number }
  | { type: 'done'; result: RenderResult }
  | { type: 'failed'; code: RenderError['code']; message: string };

/** The rendering process failed; with `photoAtFault` or `requestAtFault` another try would end the same way. */
export class RenderChildError extends Error {
  override readonly name = 'RenderChildError';
  readonly photoAtFault: boolean;
  /** Such as a character in its texts that no font can draw. */
  readonly requestAtFault: boolean;

  constructor(message: string, photoAtFault: boolean, requestAtFault = false) {
    super(message);
    this.photoAtFault = photoAtFault;
    this.requestAtFault = requestAtFault;
  }
}

const script = fileURLToPath(new URL('./render-process.ts', import.meta.url));
const photoFaults = new Set<RenderError['code']>(['unsupported_image', 'image_too_large', 'corrupt_image']);

export interface RenderChildOptions {
  signal: AbortSignal;
  /** Ends the process when it takes longer. */
  timeoutMs: number;
  onProgress: (fraction: number) => void;
}

/** Renders in a process of its own. Throws the signal's reason when aborted, RenderChildError otherwise. */
export function renderInChild(
  request: Omit<RenderRequest, 'onProgress' | 'signal'>,
  { signal, timeoutMs, onProgress }: RenderChildOptions,
): Promise<RenderResult> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const child = fork(script, [], {
      execArgv: ['--max-old-space-size=512'],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      env: { ...renderEnvironment, PATH: process.env['PATH'], NODE_ENV: process.env['NODE_ENV'] },
    });
    let complaints = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      complaints = (complaints + chunk.toString()).slice(-2000);
    });

    const settle = (act: () => void): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      act();
    };
    const kill = (error: unknown): void =>
      settle(() => {
        child.removeAllListeners('exit');
        child.once('exit', () => reject(error));
        child.kill('SIGKILL');
      });
    const abort = (): void => kill(signal.reason);
    const timer = setTimeout(
      () => kill(new RenderChildError(`rendering took longer than ${timeoutMs / 1000} s`, false)),
      timeoutMs,
    );
    signal.addEventListener('abort', abort, { once: true });

    child.on('error', (error) => settle(() => reject(new RenderChildError(error.message, false))));
    child.on('exit', (code, exitSignal) =>
      settle(() =>
        reject(
          new RenderChildError(`the rendering process ended (${exitSignal ?? code}): ${complaints}`, false),
        ),
      ),
    );
    child.on('message', (message: RenderMessage) => {
      if (message.type === 'progress') onProgress(message.fraction);
      else if (message.type === 'done') settle(() => resolve(message.result));
      else
        settle(() =>
          reject(
            new RenderChildError(
              message.message,
              photoFaults.has(message.code),
              message.code === 'invalid_request',
            ),
          ),
        );
    });
    child.send(request);
  });
}
