import { open, stat } from 'node:fs/promises';
import { EncodedVideoChunk, VideoDecoder, type VideoFrame } from '@napi-rs/webcodecs';
import { ALL_FORMATS, EncodedPacketSink, FilePathSource, Input, type InputVideoTrack } from 'mediabunny';
import sharp from 'sharp';
import { rgbFromI420 } from '../sampling/planes.ts';
import { RenderError } from '../errors.ts';
import { writeWhole } from '../outputs/files.ts';
import { walkBoxes } from './boxes.ts';

export interface ClipFacts {
  width: number;
  height: number;
  durationS: number;
  fps: number;
  codec: string;
}

/** What every browser of the last years plays in an MP4. HEVC is not among them. */
const playable: ReadonlySet<string> = new Set(['avc', 'vp9', 'av1']);
const maxSide = 8192;

const refuse = (why: string): RenderError => new RenderError('unreadable_clip', why);

/** Decodes the first picture. */
async function firstPicture(track: InputVideoTrack, sink: EncodedPacketSink): Promise<VideoFrame> {
  const config = await track.getDecoderConfig();
  const packet = await sink.getFirstPacket();
  if (!config || !packet) throw refuse('The video has no pictures.');
  const frames: VideoFrame[] = [];
  let failure: Error | undefined;
  const decoder = new VideoDecoder({
    output: (frame: VideoFrame) => {
      frames.push(frame);
    },
    error: (error) => {
      failure = error;
    },
  });
  const { codec, codedWidth = 0, codedHeight = 0, description } = config;
  decoder.configure({
    ...{ codec, codedWidth, codedHeight },
    ...(description && { description: new Uint8Array(description as Uint8Array) }),
  });
  decoder.decode(new EncodedVideoChunk({ type: 'key', timestamp: 0, data: packet.data }));
  await decoder.flush();
  decoder.close();
  const [first, ...rest] = frames;
  for (const frame of rest) frame.close();
  if (!first) throw refuse(`The first picture cannot be decoded: ${failure?.message ?? 'nothing came'}.`);
  return first;
}

async function writePoster(frame: VideoFrame, path: string): Promise<void> {
  const { codedWidth: width, codedHeight: height } = frame;
  const planes = new Uint8Array(frame.allocationSize({ format: 'I420' }));
  await frame.copyTo(planes, { format: 'I420' });
  frame.close();
  const raw = { width, height, channels: 3 } as const;
  const jpeg = await sharp(rgbFromI420(planes, { width, height }), { raw })
    .jpeg({ quality: 85, mozjpeg: true })
    .toBuffer();
  await writeWhole(path, [jpeg]);
}

async function factsOf(track: InputVideoTrack): Promise<ClipFacts> {
  const { codec } = track;
  if (codec === null || !playable.has(codec))
    throw refuse(`Browsers cannot play this kind of video (${codec ?? 'unknown'}).`);
  const { displayWidth: width, displayHeight: height } = track;
  if (width < 16 || height < 16 || width > maxSide || height > maxSide)
    throw refuse(`The video is ${width} x ${height}.`);
  const durationS = await track.computeDuration();
  const { averagePacketRate } = await track.computePacketStats(200);
  return { width, height, durationS, fps: Math.round(averagePacketRate * 100) / 100, codec };
}

/**
 * Reads what an MP4 from elsewhere holds, and writes its first picture as a JPEG. Throws RenderError
 * (`unreadable_clip`) when it is no whole video that browsers can play.
 */
export async function inspectClip(path: string, poster: string): Promise<ClipFacts> {
  const file = await open(path);
  try {
    await walkBoxes(file, (await stat(path)).size);
  } finally {
    await file.close();
  }
  const input = new Input({ source: new FilePathSource(path), formats: ALL_FORMATS });
  try {
    const track = await input.getPrimaryVideoTrack();
    if (!track) throw refuse('The file has no video in it.');
    const facts = await factsOf(track);
    const sink = new EncodedPacketSink(track);
    await writePoster(await firstPicture(track, sink), poster);
    // The last picture's bytes have to be there too.
    const last = await sink.getPacket(facts.durationS);
    if (!last || last.data.byteLength === 0) throw refuse('The file ends too early.');
    return facts;
  } catch (error) {
    if (error instanceof RenderError) throw error;
    throw new RenderError('unreadable_clip', `The video cannot be read: ${String(error)}`, { cause: error });
  } finally {
    input.dispose();
  }
}
