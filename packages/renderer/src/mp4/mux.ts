import {
  BufferTarget,
  EncodedAudioPacketSource,
  EncodedPacket,
  EncodedVideoPacketSource,
  Mp4OutputFormat,
  Output,
} from 'mediabunny';
import type { CodedVideo, EncoderSettings } from '../encoding/encoder.ts';
import { decoderConfiguration } from './nal.ts';
import { silence } from './silence.ts';

export interface MuxedVideo {
  bytes: Uint8Array;
  /** RFC 6381 codec string, as the parameter sets have it. */
  codec: string;
}

export const bt709 = { primaries: 'bt709', transfer: 'bt709', matrix: 'bt709', fullRange: false } as const;

/**
 * Writes an MP4 with its index first: one H.264 track, constant frame rate, BT.709 limited range; on request a
 * track of silent AAC-LC beside it.
 */
export async function muxMp4(
  video: CodedVideo,
  { width, height, fps }: EncoderSettings,
  { silentAudio = false } = {},
): Promise<MuxedVideo> {
  const target = new BufferTarget();
  const output = new Output({ format: new Mp4OutputFormat({ fastStart: 'in-memory' }), target });
  const source = new EncodedVideoPacketSource('avc');
  const audio = silentAudio ? new EncodedAudioPacketSource('aac') : null;
  output.addVideoTrack(source, { frameRate: fps });
  if (audio) output.addAudioTrack(audio);
  await output.start();
  const hex = [...video.sequence.subarray(1, 4)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const codec = `avc1.${hex}`;
  const description = decoderConfiguration(video.sequence, video.picture);
  const decoderConfig = { codec, codedWidth: width, codedHeight: height, description, colorSpace: bt709 };
  // Tracks take turns, so that a player reading on finds sound and picture of a moment beside one another.
  let sound = 0;
  for (const [i, frame] of video.frames.entries()) {
    const packet = new EncodedPacket(frame.data, frame.key ? 'key' : 'delta', i / fps, 1 / fps);
    await source.add(packet, i === 0 ? { decoderConfig } : undefined);
    const until = audio ? silence.frameCount((i + 1) / fps) : 0;
    for (; sound < until; sound++) {
      const silent = new EncodedPacket(silence.frame, 'key', sound * silence.frameS, silence.frameS);
      await audio?.add(silent, sound === 0 ? { decoderConfig: silence.decoderConfig } : undefined);
    }
  }
  await output.finalize();
  if (!target.buffer) throw new Error('The MP4 writer gave no bytes.');
  return { bytes: new Uint8Array(target.buffer), codec };
}
