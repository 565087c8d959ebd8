/** The process that renders one video and ends. Its memory, its crashes and its hangs are its own. */
import { setPriority } from 'node:os';
import { RenderError, renderVideo, type RenderRequest } from '@imgvid/renderer';
import type { RenderMessage } from './render-child.ts';

const tell = (message: RenderMessage): void => {
  process.send?.(message);
};

/** How much a render steps back behind the API, which answers people, when both want a core. */
const niceness = 10;

process.once('message', (request: Omit<RenderRequest, 'onProgress' | 'signal'>) => {
  // Before any thread is started: on Linux each has a priority of its own, which it inherits.
  setPriority(niceness);
  renderVideo({ ...request, onProgress: (fraction) => tell({ type: 'progress', fraction }) })
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
    .finally(() => process.disconnect());
});
process.once('disconnect', () => process.exit());
