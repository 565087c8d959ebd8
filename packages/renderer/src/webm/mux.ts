import { BufferTarget, EncodedPacket, EncodedVideoPacketSource, Output, WebMOutputFormat } from 'mediabunny';
import type { CodedFrame, EncoderSettings } from '../encoding/encoder.ts';
import { bt709 } from '../mp4/mux.ts';

/**
 * Writes a WebM: one VP9 track, constant frame rate, BT.709 limited range. WebM has no place for XMP that others
 * look at; its source type is a tag of the whole file, DIGITAL_SOURCE_TYPE.
 */
export async function muxWebm(
  frames: CodedFrame[],
  { width, height, fps }: EncoderSettings,
  codec: string,
  sourceType: string,
): Promise<Uint8Array> {
  const target = new BufferTarget();
  const output = new Output({ format: new WebMOutputFormat(), target });
  const source = new EncodedVideoPacketSource('vp9');
  output.addVideoTrack(source, { frameRate: fps });
  output.setMetadataTags({
    comment: 'Made by software from a photo (ImgVid renderer)',
    raw: { DIGITAL_SOURCE_TYPE: sourceType },
  });
  await output.start();
  const decoderConfig = { codec, codedWidth: width, codedHeight: height, colorSpace: bt709 };
  for (const [i, frame] of frames.entries()) {
    const packet = new EncodedPacket(frame.data, frame.key ? 'key' : 'delta', i / fps, 1 / fps);
    await source.add(packet, i === 0 ? { decoderConfig } : undefined);
  }
  await output.finalize();
  if (!target.buffer) throw new Error('The WebM writer gave no bytes.');
  return new Uint8Array(target.buffer);
}
