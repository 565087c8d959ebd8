import type { EncoderSettings } from '../encoding/encoder.ts';
import { h264 } from '../encoding/h264.ts';
import { InProcessEncoder } from '../encoding/in-process.ts';
import type { OpenVideo, VideoFile } from '../encoding/passes.ts';
import { vp9, vp9CodecString } from '../encoding/vp9.ts';
import { muxMp4 } from '../mp4/mux.ts';
import { sourceTypeUri, xmpBox } from '../mp4/xmp.ts';
import type { RenderRequest } from '../request.ts';
import { muxWebm } from '../webm/mux.ts';

/** The videos a request asks for: the MP4, then the WebM. */
export function videoKinds(request: RenderRequest, settings: EncoderSettings): OpenVideo[] {
  const source = request.metadata?.digitalSourceType;
  const mp4: OpenVideo = (bitrate) => {
    const encoder = new InProcessEncoder(h264, withRate(settings, bitrate));
    return pass(encoder, async (video) => {
      const { bytes, codec } = await muxMp4(video, settings, { silentAudio: request.silentAudio ?? false });
      return { parts: [bytes, xmpBox(source)], codec };
    });
  };
  const webm: OpenVideo = (bitrate) => {
    const codec = vp9CodecString(settings);
    const encoder = new InProcessEncoder(vp9, withRate(settings, bitrate));
    return pass(encoder, async (frames) => ({
      parts: [await muxWebm(frames, settings, codec, sourceTypeUri(source))],
      codec,
    }));
  };
  return request.webm === undefined ? [mp4] : [mp4, webm];
}

const withRate = (settings: EncoderSettings, bitrate?: number): EncoderSettings =>
  bitrate === undefined ? settings : { ...settings, bitrate };

function pass<T>(
  encoder: InProcessEncoder<T>,
  mux: (coded: T) => Promise<Pick<VideoFile, 'parts' | 'codec'>>,
): ReturnType<OpenVideo> {
  return {
    write: (frame) => encoder.write(frame),
    get done() {
      return encoder.done;
    },
    async finish() {
      const { parts, codec } = await mux(await encoder.finish());
      const byteSize = parts.reduce((sum, part) => sum + part.length, 0);
      return { parts, byteSize, codec, encoder: encoder.name };
    },
    close: () => encoder.close(),
  };
}
