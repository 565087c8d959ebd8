import type { FrameSource } from '../drawing/source.ts';
import type { Size } from '../moves/index.ts';
import type { BrandTemplate } from './model.ts';
import { prepareOverlay } from './overlay.ts';

/** The same frames with a template over them. */
export async function withTemplate(
  frames: FrameSource,
  template: BrandTemplate,
  clip: { frame: Size; fps: number; loop: boolean },
): Promise<FrameSource> {
  const { frameCount } = frames;
  const camera = (index: number) => frames.draw(index);
  const overlay = await prepareOverlay(template, { ...clip, frameCount, camera });
  return {
    ...frames,
    draw: (index) => overlay.draw(frames.draw(index), index),
    still: (index) => overlay.settle(frames.still(index)),
  };
}
