import { BufferTarget, EncodedPacket, EncodedVideoPacketSource, Mp4OutputFormat, Output } from 'mediabunny';
import type { CodedVideo, EncoderSettings } from '../encoding/encoder.ts';
import { decoderConfiguration } from './nal.ts';

export interface MuxedVideo {
  bytes: Uint8Array;
  /** RFC 6381 codec string, as the parameter sets have it. */
  codec: string;
}

/** Writes an MP4 with its index first: one H.264 track, constant frame rate, BT.709 limited range. */
export async function muxMp4(video: CodedVideo, settings: EncoderSettings): Promise<MuxedVideo> {
  const { width, height, fps } = settings;
  const target = new BufferTarget();
  const output = new Output({ format: new Mp4OutputFormat({ fastStart: 'in-memory' }), target });
  const source = new EncodedVideoPacketSource('avc');
  output.addVideoTrack(source, { frameRate: fps });
  await output.start();
  const hex = [...video.sequence.subarray(1, 4)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const codec = `avc1.${hex}`;
  const description = decoderConfiguration(video.sequence, video.picture);
  const colorSpace = { primaries: 'bt709', transfer: 'bt709', matrix: 'bt709', fullRange: false } as const;
  const decoderConfig = { codec, codedWidth: width, codedHeight: height, description, colorSpace };
  for (const [i, frame] of video.frames.entries()) {
    const packet = new EncodedPacket(frame.data, frame.key ? 'key' : 'delta', i / fps, 1 / fps);
    await source.add(packet, i === 0 ? { decoderConfig } : undefined);
  }
  await output.finalize();
  if (!target.buffer) throw new Error('The MP4 writer gave no bytes.');
  return { bytes: new Uint8Array(target.buffer), codec };
}
