import { ALL_FORMATS, BufferSource, Input } from 'mediabunny';
import type { Page } from 'playwright-core';
import type { GreyPicture } from './motion.ts';

/** What stands in an MP4, read without decoding it. */
export interface VideoFile {
  /** As in `avc1.640028`. */
  codec: string;
  width: number;
  height: number;
  /** Seconds. */
  duration: number;
  frames: number;
  fps: number;
  hasSound: boolean;
  /** The index stands before the pictures, so that playing can begin before everything is there. */
  fastStart: boolean;
}

/** @throws Error when it is no MP4 with a picture track. */
export async function readVideoFile(bytes: Uint8Array): Promise<VideoFile> {
  using input = new Input({ formats: ALL_FORMATS, source: new BufferSource(bytes) });
  const track = await input.getPrimaryVideoTrack();
  if (!track) throw new Error('The file has no picture track.');
  const stats = await track.computePacketStats();
  const sound = await input.getPrimaryAudioTrack();
  const boxes = boxOrder(bytes);
  return {
    codec: (await track.getCodecParameterString()) ?? 'unknown',
    width: await track.getDisplayWidth(),
    height: await track.getDisplayHeight(),
    duration: await track.computeDuration(),
    frames: stats.packetCount,
    fps: stats.averagePacketRate,
    hasSound: sound !== null,
    fastStart: boxes.indexOf('moov') >= 0 && boxes.indexOf('moov') < boxes.indexOf('mdat'),
  };
}

/** Names of the outermost boxes, in order (ISO/IEC 14496-12, 4.2). */
function boxOrder(bytes: Uint8Array): string[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const names: string[] = [];
  for (let at = 0; at + 16 <= bytes.length;) {
    const short = view.getUint32(at);
    names.push(String.fromCharCode(...bytes.subarray(at + 4, at + 8)));
    const size = short === 1 ? Number(view.getBigUint64(at + 8)) : short;
    if (size < 8) break;
    at += size;
  }
  return names;
}

/** What a browser makes of a video: an opinion that owes nothing to the libraries that made the file. */
export interface DecodedVideo {
  width: number;
  height: number;
  duration: number;
  colour: {
    primaries: string | null;
    transfer: string | null;
    matrix: string | null;
    fullRange: boolean | null;
  };
  /** Pictures at the times asked for. */
  pictures: GreyPicture[];
}

/** Plays the file in `page` (of a secure origin) and takes pictures at `times`, in fractions of its duration. */
export async function decodeInBrowser(
  page: Page,
  bytes: Uint8Array,
  times: readonly number[],
): Promise<DecodedVideo> {
  return page.evaluate(decodeVideo, { base64: Buffer.from(bytes).toString('base64'), times: [...times] });
}

/** Runs in the page. */
async function decodeVideo(asked: { base64: string; times: number[] }): Promise<DecodedVideo> {
  const bytes = Uint8Array.from(atob(asked.base64), (letter) => letter.charCodeAt(0));
  const video = document.createElement('video');
  video.muted = true;
  const happens = (name: string): Promise<void> =>
    new Promise((resolve, reject) => {
      video.addEventListener(name, () => resolve(), { once: true });
      video.addEventListener('error', () => reject(new Error(video.error?.message)), { once: true });
    });
  const loaded = happens('loadeddata');
  video.src = URL.createObjectURL(new Blob([bytes], { type: 'video/mp4' }));
  await loaded;
  const canvas = new OffscreenCanvas(160, Math.round((160 * video.videoHeight) / video.videoWidth));
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('no canvas');
  // A busy browser tells of having sought before the picture is there, so the picture is asked what time it is of.
  const pictureAt = async (seconds: number): Promise<VideoFrame> => {
    for (let tries = 0; tries < 500; tries++) {
      const picture = new VideoFrame(video);
      if (Math.abs(picture.timestamp / 1e6 - seconds) < 0.05) return picture;
      picture.close();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`The picture at ${seconds} s does not come.`);
  };
  const pictures: { width: number; height: number; pixels: number[] }[] = [];
  for (const time of asked.times) {
    const sought = happens('seeked');
    // Just inside, for at the very end there is no picture.
    const seconds = Math.min(time * video.duration, video.duration - 0.001);
    video.currentTime = seconds;
    await sought;
    const picture = await pictureAt(seconds);
    context.drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    const pixels: number[] = [];
    for (let i = 0; i < data.length; i += 4) {
      pixels.push(0.299 * (data[i] ?? 0) + 0.587 * (data[i + 1] ?? 0) + 0.114 * (data[i + 2] ?? 0));
    }
    pictures.push({ width: canvas.width, height: canvas.height, pixels });
  }
  const frame = new VideoFrame(video);
  const { primaries, transfer, matrix, fullRange } = frame.colorSpace;
  frame.close();
  URL.revokeObjectURL(video.src);
  return {
    width: video.videoWidth,
    height: video.videoHeight,
    duration: video.duration,
    colour: { primaries, transfer, matrix, fullRange },
    pictures,
  };
}
