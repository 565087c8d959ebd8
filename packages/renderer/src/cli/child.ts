/** Renders one photo and ends. Ctrl-C reaches it too, but its parent decides: it ends when that is gone. */
import { RenderError, type RenderErrorCode } from '../errors.ts';
import { renderVideo, type RenderResult } from '../render.ts';
import type { RenderRequest } from '../request.ts';

export type ChildMessage =
  | { type: 'progress'; fraction: number }
  | { type: 'done'; result: RenderResult }
  | { type: 'failed'; code: RenderErrorCode; message: string };

const tell = (message: ChildMessage): void => {
  process.send?.(message);
};

for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.once('disconnect', () => process.exit());
process.once('message', (request: RenderRequest) => {
  void renderVideo({ ...request, onProgress: (fraction) => tell({ type: 'progress', fraction }) })
    .then(
      (result) => tell({ type: 'done', result }),
      (error: unknown) =>
        tell({
          type: 'failed',
          code: error instanceof RenderError ? error.code : 'encoder_failed',
          message: error instanceof Error ? error.message : String(error),
        }),
    )
    // The parent may be gone; nothing else is left to do.
    .finally(() => process.disconnect?.());
});
