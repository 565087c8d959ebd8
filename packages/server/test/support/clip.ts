import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderVideo } from '@imgvid/renderer';
import { smallPhoto } from './running-server.ts';

/** Five seconds of video, as a model would make them. */
export async function makeClip(): Promise<Buffer> {
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
