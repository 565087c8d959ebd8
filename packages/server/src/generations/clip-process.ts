/** The process that reads one video from outside and ends. What a hostile file does to it, it does to it alone. */
import { inspectClip, RenderError } from '@imgvid/renderer';
import type { ClipAnswer } from './clip-child.ts';

const tell = (answer: ClipAnswer): void => {
  process.send?.(answer, () => process.disconnect());
};

process.once('message', ({ video, poster }: { video: string; poster: string }) => {
  inspectClip(video, poster).then(
    (facts) => tell({ facts }),
    (error: unknown) => tell({ refused: error instanceof RenderError ? error.message : String(error) }),
  );
});
process.once('disconnect', () => process.exit());
