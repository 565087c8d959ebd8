/** One measurement in a process of its own, so that its memory is its own too. Run by bench/renderer.ts. */
import { writeFile } from 'node:fs/promises';
import { h264 } from '../../src/encoding/h264.ts';
import { InProcessEncoder } from '../../src/encoding/in-process.ts';
import { renderVideo } from '../../src/index.ts';
import type { RenderRequest } from '../../src/index.ts';
import { outputSize } from '../../src/moves/index.ts';
import { muxMp4 } from '../../src/mp4/mux.ts';
import { conditionPhoto } from '../../src/photo/condition.ts';
import { readHeader } from '../../src/photo/header.ts';
import { planView } from '../../src/photo/view.ts';
import { moveOptions } from '../../src/request.ts';
import { planesFromRgb } from '../../src/sampling/planes.ts';
import { Sampler } from '../../src/sampling/sampler.ts';
import { peakMb } from '../../test/peak.ts';

export interface Job {
  what: 'render' | 'encode';
  request: RenderRequest;
}

export interface Measurement {
  ms: number;
  cpuMs: number;
  peakMb: number;
  /** How the renderer drew it; empty for encoding alone. */
  depth: string;
  byteSize: number;
}

/** Frames first, all of them in memory; only their encoding is timed. */
async function encodeOnly(request: RenderRequest): Promise<[number, number, number]> {
  const header = await readHeader(request.photo);
  const frame = outputSize(header.upright, request.resolution, request.aspectRatio);
  const view = planView(moveOptions(request), header.upright, frame, request.durationS * request.fps);
  const photo = await conditionPhoto(header, view, '#ffffff');
  const sampler = new Sampler(planesFromRgb(photo.rgb, photo), frame);
  const frames = view.matrices.map((matrix) => sampler.draw(matrix).slice());
  const [start, cpu] = [performance.now(), process.cpuUsage()];
  const settings = { ...frame, fps: request.fps };
  const encoder = new InProcessEncoder(h264, settings);
  for (const bytes of frames) await encoder.write(bytes);
  const { bytes } = await muxMp4(await encoder.finish(), settings);
  await writeFile(request.output, bytes);
  encoder.close();
  return [performance.now() - start, cpuSince(cpu), bytes.length];
}

const cpuSince = (start: NodeJS.CpuUsage) => {
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
};

async function measure({ what, request }: Job): Promise<Measurement> {
  let [ms, cpuMs, byteSize] = [0, 0, 0];
  let depth = '';
  if (what === 'encode') [ms, cpuMs, byteSize] = await encodeOnly(request);
  else {
    const [start, cpu] = [performance.now(), process.cpuUsage()];
    ({ byteSize, depth } = await renderVideo(request));
    [ms, cpuMs] = [performance.now() - start, cpuSince(cpu)];
  }
  return { ms, cpuMs, byteSize, depth, peakMb: peakMb() };
}

process.once('message', (job: Job) => {
  void measure(job).then((measurement) => process.send?.(measurement, () => process.exit()));
});
