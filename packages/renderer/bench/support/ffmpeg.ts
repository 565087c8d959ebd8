/** The ffmpeg found on the machine: only something to compare with. */
import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';
import type { Size } from '../../src/moves/index.ts';

const run = promisify(execFile);
const x264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '20', '-pix_fmt', 'yuv420p'];

/** Its version, or null when there is none with libx264. */
export function ffmpegVersion(): string | null {
  try {
    const encoders = execFileSync('ffmpeg', ['-hide_banner', '-encoders'], { encoding: 'utf8' });
    const version = execFileSync('ffmpeg', ['-version'], { encoding: 'utf8' });
    return encoders.includes('libx264') ? (/version (\S+)/.exec(version)?.[1] ?? 'unknown') : null;
  } catch {
    return null;
  }
}

async function timed(args: string[]): Promise<number> {
  const start = performance.now();
  await run('ffmpeg', ['-v', 'error', '-y', ...args]);
  return performance.now() - start;
}

/** Encodes frames that lie ready in a file of raw I420; milliseconds. */
export const encodeRaw = (raw: string, { width, height }: Size, output: string) =>
  timed([
    ...'-f rawvideo -pix_fmt yuv420p -r 30'.split(' '),
    '-s',
    `${width}x${height}`,
    '-i',
    raw,
    ...x264,
    output,
  ]);

/** `zoompan` from 1 to 1.25 about the middle in 150 frames, on the photo at its own size or enlarged first. */
function zoompan({ width, height }: Size, enlarge: boolean): string {
  const crop = `crop=w='min(iw,ih*${width}/${height})':h='min(ih,iw*${height}/${width})'`;
  const middle = "x='iw/2-iw/zoom/2':y='ih/2-ih/zoom/2'";
  const zoom = `zoompan=z='1+0.25*on/149':${middle}:d=150:s=${width}x${height}:fps=30`;
  return [crop, ...(enlarge ? ['scale=8000:-2'] : []), zoom].join(',');
}

/** The same clip by `zoompan`, photo to MP4; milliseconds. */
export const renderByZoompan = (photo: string, size: Size, enlarge: boolean, output: string) =>
  timed(['-i', photo, '-vf', zoompan(size, enlarge), ...x264, output]);

/** Its frames before encoding, luma only. */
export async function zoompanFrames(photo: string, size: Size, enlarge: boolean): Promise<Uint8Array[]> {
  const { stdout } = await run(
    'ffmpeg',
    ['-v', 'error', '-i', photo, '-vf', zoompan(size, enlarge), '-pix_fmt', 'gray', '-f', 'rawvideo', '-'],
    { encoding: 'buffer', maxBuffer: 2 ** 30 },
  );
  const bytes = size.width * size.height;
  return Array.from({ length: stdout.length / bytes }, (_, i) => stdout.subarray(i * bytes, (i + 1) * bytes));
}
