import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderVideo } from '@imgvid/renderer';
import { inject } from 'vitest';
import { clipOf } from './cluster.ts';
import { smallPhoto } from './running-server.ts';

/** Five seconds of video, as a model would make them. Rendered by the first of a run's files that asks for it. */
export async function makeClip(): Promise<Buffer> {
  const kept = clipOf(inject('templateDatabase'));
  return readFile(kept).catch(async () => {
    const clip = await renderClip();
    // Another file may be doing the same: whoever reads it gets a whole one.
    await writeFile(`${kept}.${process.pid}`, clip);
    await rename(`${kept}.${process.pid}`, kept);
    return clip;
  });
}

async function renderClip(): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'imgvid-clip-'));
  try {
    const [source, output] = [join(folder, 'photo.jpg'), join(folder, 'clip.mp4')];
    await writeFile(source, await smallPhoto());
    await renderVideo({
      photo: source,
      output,
      move: 'push_in',
      durationS: 5,
      fps: 24,
      resolution: '480p',
      aspectRatio: 'source',
    });
    return await readFile(output);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
