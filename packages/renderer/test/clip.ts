/** Reads a finished MP4 back with what npm brings: boxes, parameter sets, decoded frames. */
import { readFile } from 'node:fs/promises';
import { EncodedVideoChunk, VideoDecoder } from '@napi-rs/webcodecs';
import type { VideoFrame } from '@napi-rs/webcodecs';
import { ALL_FORMATS, BufferSource, EncodedPacketSink, Input } from 'mediabunny';
import { readSequenceParameters } from '../src/mp4/sps.ts';

export interface Box {
  type: string;
  body: Buffer;
}

/** The boxes that lie directly in `bytes`. */
export function boxes(bytes: Buffer): Box[] {
  const found: Box[] = [];
  for (let at = 0; at + 8 <= bytes.length;) {
    const size = bytes.readUInt32BE(at);
    found.push({
      type: bytes.toString('latin1', at + 4, at + 8),
      body: bytes.subarray(at + 8, at + size),
    });
    at += Math.max(8, size);
  }
  return found;
}

/** The first box down a path of types such as `moov/trak/mdia`. */
export function box(bytes: Buffer, path: string): Buffer | undefined {
  let body: Buffer | undefined = bytes;
  for (const type of path.split('/')) {
    // A sample description holds a count, a visual sample entry 78 bytes of fields before its boxes.
    const skip = path.includes('stsd') ? { avc1: 8, avcC: 78, colr: 78 }[type] : 0;
    body = body && boxes(body.subarray(skip ?? 0)).find((b) => b.type === type)?.body;
  }
  return body;
}

export interface Clip {
  bytes: Buffer;
  width: number;
  height: number;
  durationS: number;
  packets: { timestamp: number; duration: number; key: boolean }[];
  sequence: ReturnType<typeof readSequenceParameters>;
  /** The frames asked for, as I420. */
  frames: Uint8Array[];
}

/** Opens a clip and decodes the frames with these indices (all when left out). */
export async function openClip(path: string, wanted?: number[]): Promise<Clip> {
  const bytes = await readFile(path);
  const input = new Input({ source: new BufferSource(bytes), formats: ALL_FORMATS });
  const track = await input.getPrimaryVideoTrack();
  if (!track) throw new Error('no video track');
  const [width, height] = [await track.getCodedWidth(), await track.getCodedHeight()];
  const frames: Promise<Uint8Array>[] = [];
  let index = 0;
  let failure: Error | null = null;
  const decoder = new VideoDecoder({
    output: (frame: VideoFrame) => {
      if (!wanted || wanted.includes(index)) frames.push(planes(frame));
      else frame.close();
      index++;
    },
    error: (error) => {
      failure = error;
    },
  });
  const avcC = box(bytes, 'moov/trak/mdia/minf/stbl/stsd/avc1/avcC');
  if (!avcC) throw new Error('no avcC');
  decoder.configure({ codec: 'avc1.640028', codedWidth: width, codedHeight: height, description: avcC });
  const packets: Clip['packets'] = [];
  for await (const { data, type, timestamp, duration } of new EncodedPacketSink(track).packets()) {
    packets.push({ timestamp, duration, key: type === 'key' });
    decoder.decode(new EncodedVideoChunk({ type, timestamp: Math.round(timestamp * 1e6), data }));
  }
  await decoder.flush();
  decoder.close();
  if (failure) throw failure as Error;
  const durationS = await track.computeDuration();
  const sequence = readSequenceParameters(avcC.subarray(8, 8 + avcC.readUInt16BE(6)));
  return { bytes, width, height, durationS, packets, sequence, frames: await Promise.all(frames) };
}

async function planes(frame: VideoFrame): Promise<Uint8Array> {
  const bytes = new Uint8Array(frame.allocationSize({ format: 'I420' }));
  await frame.copyTo(bytes, { format: 'I420' });
  frame.close();
  return bytes;
}

/** The centre of mass of what is brighter than the background, in frame pixels (continuous coordinates). */
export function brightCentre(frame: Uint8Array, width: number, height: number): [number, number] {
  let [sum, sx, sy] = [0, 0, 0];
  let floor = 255;
  for (let i = 0; i < width * height; i++) floor = Math.min(floor, frame[i] ?? 255);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const v = Math.max(0, (frame[y * width + x] ?? 0) - floor - 12);
      sum += v;
      sx += v * (x + 0.5);
      sy += v * (y + 0.5);
    }
  return [sx / sum, sy / sum];
}

/** The colour in the middle of a part of the frame given in 0..1, as Y, Cb, Cr. */
export function colourAt(frame: Uint8Array, width: number, height: number, fx: number, fy: number) {
  const [x, y] = [Math.floor(fx * width), Math.floor(fy * height)];
  const chroma = width * height + (y >> 1) * (width / 2) + (x >> 1);
  return [frame[y * width + x] ?? 0, frame[chroma] ?? 0, frame[chroma + (width * height) / 4] ?? 0] as const;
}
