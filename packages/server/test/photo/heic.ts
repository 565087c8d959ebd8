import { VideoEncoder, VideoFrame } from '@napi-rs/webcodecs';
import { heifFile, type CodedPicture, type HeifOptions } from './heif.ts';
import type { RawImage } from './images.ts';

/** A HEIC with real HEVC inside, from the WebCodecs encoder: nothing to download, no licence to ask about. */
export async function encodeHeic(image: RawImage, options: HeifOptions = {}): Promise<Buffer> {
  const { columns = 1, rows = 1 } = options;
  const width = image.width / columns;
  const height = image.height / rows;
  const pictures: CodedPicture[] = [];
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      pictures.push(await encodeHevc(crop(image, column * width, row * height, width, height)));
  return heifFile(pictures, options);
}

/** One intra picture, its NAL units with their lengths before them. */
export async function encodeHevc(image: RawImage): Promise<CodedPicture> {
  const { width, height } = image;
  let picture: CodedPicture | undefined;
  let failure: unknown;
  const encoder = new VideoEncoder({
    output(chunk, metadata) {
      const data = new Uint8Array(chunk.byteLength);
      chunk.copyTo(data);
      const config = metadata?.decoderConfig?.description;
      if (config) picture = { codec: 'hvc1', config: new Uint8Array(config), data, width, height };
    },
    error: (error) => {
      failure = error;
    },
  });
  encoder.configure({ codec: 'hvc1.1.6.L153.B0', width, height, bitrate: 20_000_000, framerate: 30 });
  const frame = new VideoFrame(toI420(image), {
    format: 'I420',
    codedWidth: width,
    codedHeight: height,
    timestamp: 0,
    colorSpace: { primaries: 'bt709', transfer: 'iec61966-2-1', matrix: 'bt709', fullRange: true },
  });
  encoder.encode(frame, { keyFrame: true });
  frame.close();
  await encoder.flush();
  encoder.close();
  if (!picture) throw new Error('The encoder made no picture', { cause: failure });
  return picture;
}

/** Full-range BT.709, chroma by the mean of four. */
function toI420({ data, width, height }: RawImage): Uint8Array {
  const out = new Uint8Array((width * height * 3) / 2);
  const cb = width * height;
  const cr = cb + cb / 4;
  const sums = new Float32Array(cb / 2);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 3;
      const [r = 0, g = 0, b = 0] = [data[at], data[at + 1], data[at + 2]];
      const luma = 0.2126 * r + 0.7152 * g + 0.0722 * b;
      out[y * width + x] = Math.round(luma);
      const chroma = (y >> 1) * (width >> 1) + (x >> 1);
      sums[chroma] = (sums[chroma] ?? 0) + (b - luma) / 1.8556 / 4;
      sums[chroma + cb / 4] = (sums[chroma + cb / 4] ?? 0) + (r - luma) / 1.5748 / 4;
    }
  }
  for (let i = 0; i < cb / 4; i++) {
    out[cb + i] = Math.round(128 + (sums[i] ?? 0));
    out[cr + i] = Math.round(128 + (sums[i + cb / 4] ?? 0));
  }
  return out;
}

function crop(image: RawImage, left: number, top: number, width: number, height: number): RawImage {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * image.width + left) * 3;
    data.set(image.data.subarray(from, from + width * 3), y * width * 3);
  }
  return { data, width, height };
}
