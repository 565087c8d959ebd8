/** The process that renders one video and ends. Its memory, its crashes and its hangs are its own. */
import { RenderError, renderVideo, type RenderRequest } from '@imgvid/renderer';
import type { RenderMessage } from './render-child.ts';

const tell = (message: RenderMessage): void => {
  process.send?.(message);
};

process.once('message', (request: Omit<RenderRequest, 'onProgress' | 'signal'>) => {
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
