import { fork } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import type { RenderMessage } from './render-child.ts';

/** The niceness of each thread of a process, from proc(5): the 19th field, the 17th after the name in brackets. */
async function nicenesses(pid: number): Promise<number[]> {
  const tasks = `/proc/${pid}/task`;
  const stats = await Promise.all(
    (await readdir(tasks)).map((id) => readFile(join(tasks, id, 'stat'), 'utf8').catch(() => '')),
  );
  return stats.filter(Boolean).map((stat) => Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16]));
}

test.runIf(process.platform === 'linux')('all that draws and encodes gives way to the API', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'imgvid-nice-'));
  const photo = join(folder, 'photo.png');
  await sharp({ create: { width: 800, height: 600, channels: 3, background: '#804020' } }).toFile(photo);
  const child = fork(join(import.meta.dirname, 'render-process.ts'));
  try {
    const [own = 0] = await nicenesses(process.pid);
    const drawing = new Promise<number>((resolve, reject) => {
      child.on('message', (message: RenderMessage) => {
        if (message.type === 'progress' && message.fraction > 0.1) resolve(child.pid ?? 0);
        if (message.type === 'failed') reject(new Error(message.message));
      });
      child.once('exit', (code) => reject(new Error(`ended with ${code}`)));
    });
    child.send({
      ...{ photo, output: join(folder, 'video.mp4'), move: 'push_in', durationS: 5, fps: 30 },
      ...{ resolution: '720p', aspectRatio: 'source' },
    });
    const nice = await nicenesses(await drawing);
    const wanted = Math.max(own, 10);
    // Node's own helpers (garbage collection, the inspector's) are older than the order and hardly run.
    expect(nice[0]).toBe(wanted);
    expect(nice.filter((value) => value === wanted).length).toBeGreaterThan(2);
  } finally {
    child.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  }
});
