import { createRequire } from 'node:module';
import { readFile } from 'node:fs/promises';
import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { allowLoader, corrupt, toPixels } from './decode.ts';
import { assertSize, maxPixels } from './limits.ts';
import type { Decoded, Pixels } from './pixels.ts';
import { PhotoError } from './types.ts';

/** The parts of libheif's C interface and of its JavaScript binding that are used here. */
interface Libheif {
  HEAPU8: Uint8Array;
  _malloc(bytes: number): number;
  _free(pointer: number): void;
  heif_colorspace: { heif_colorspace_RGB: unknown };
  heif_chroma: { heif_chroma_interleaved_RGB: unknown; heif_chroma_interleaved_RGBA: unknown };
  heif_error_code: { heif_error_Ok: unknown };
  heif_context_alloc(): Context;
  heif_context_free(context: Context): void;
  _heif_context_set_maximum_image_size_limit(context: number, side: number): void;
  heif_context_read_from_memory(context: Context, bytes: Uint8Array): HeifError;
  heif_js_context_get_primary_image_handle(context: Context): Handle | HeifError;
  heif_image_handle_release(handle: Handle): void;
  heif_image_handle_get_width(handle: Handle): number;
  heif_image_handle_get_height(handle: Handle): number;
  heif_image_handle_has_alpha_channel(handle: Handle): number;
  _heif_image_handle_get_raw_color_profile_size(handle: number): number;
  /** `error` is where C puts the heif_error it returns: three words. */
  _heif_image_handle_get_raw_color_profile(error: number, handle: number, out: number): void;
  heif_js_decode_image2(handle: Handle, space: unknown, chroma: unknown): Promise<Image | HeifError>;
  heif_image_release(image: unknown): void;
}
interface Context {
  $$: { ptr: number };
}
interface Handle {
  $$: { ptr: number };
}
interface HeifError {
  code: unknown;
  message: string;
}
interface Image {
  image: unknown;
  /** `data` is a view of libheif's memory: good until the image is released. */
  channels: { data: Uint8Array; width: number; height: number; stride: number }[];
}

const maxProfileBytes = 4 * 1024 * 1024;
const errorBytes = 16;

let library: Libheif | undefined;

/** Loaded with the first HEIC: two megabytes that most processes never need. */
function libheif(): Libheif {
  library ??= createRequire(import.meta.url)('libheif-js/wasm-bundle') as Libheif;
  return library;
}

/**
 * Decodes HEIC: sharp's build has no HEVC. libheif obeys the file's own turns and mirrors (`irot`, `imir`), so the
 * pixels are upright, and the EXIF orientation that phones write beside them must not be applied again.
 */
export async function decodeHeic(path: string, claimed: { width: number; height: number }): Promise<Decoded> {
  assertSize(claimed.width, claimed.height);
  const heif = libheif();
  const context = heif.heif_context_alloc();
  try {
    // The header is a claim; this holds for the pictures inside as well.
    heif._heif_context_set_maximum_image_size_limit(context.$$.ptr, Math.sqrt(maxPixels));
    const read = heif.heif_context_read_from_memory(context, await readFile(path));
    if (read.code !== heif.heif_error_code.heif_error_Ok) throw refusal(read.message);
    const handle = heif.heif_js_context_get_primary_image_handle(context);
    if ('code' in handle) throw refusal(handle.message);
    try {
      return { pixels: await decodeHandle(heif, handle), orientation: 1, animated: false };
    } finally {
      heif.heif_image_handle_release(handle);
    }
  } catch (error) {
    throw error instanceof PhotoError ? error : corrupt(error);
  } finally {
    heif.heif_context_free(context);
  }
}

async function decodeHandle(heif: Libheif, handle: Handle): Promise<Pixels> {
  assertSize(heif.heif_image_handle_get_width(handle), heif.heif_image_handle_get_height(handle));
  const profile = profileOf(heif, handle);
  const alpha = heif.heif_image_handle_has_alpha_channel(handle) !== 0;
  const chroma = alpha
    ? heif.heif_chroma.heif_chroma_interleaved_RGBA
    : heif.heif_chroma.heif_chroma_interleaved_RGB;
  const decoded = await heif.heif_js_decode_image2(handle, heif.heif_colorspace.heif_colorspace_RGB, chroma);
  if ('code' in decoded) throw refusal(decoded.message);
  try {
    const [plane] = decoded.channels;
    if (!plane) throw corrupt('no channel');
    const channels = alpha ? 4 : 3;
    const raw = { width: plane.width, height: plane.height, channels } as const;
    const bounded = await toPixels(sharp(packed(plane, channels), { raw, limitInputPixels: maxPixels }));
    return profile === null ? bounded : await toSrgb(bounded, profile);
  } finally {
    heif.heif_image_release(decoded.image);
  }
}

/**
 * libheif has its own limits (tiles, items), and up to 1.23.2 also refuses photos of which only a small part is to
 * be shown (strukturag/libheif#1856). Those are sound files, and the visitor can do something about it.
 */
function refusal(message: string): PhotoError {
  if (!/security limit|unsupported/i.test(message)) return corrupt(message);
  const detail = 'This HEIC photo is stored in a way we cannot read. Saved as a JPEG it will work.';
  return new PhotoError('unsupported_image', detail, { cause: message });
}

/** Rows without the bytes that pad them; libheif's own memory where there are none. */
function packed(plane: Image['channels'][number], channels: number): Uint8Array {
  const rowBytes = plane.width * channels;
  if (plane.stride === rowBytes) return plane.data.subarray(0, rowBytes * plane.height);
  const out = Buffer.alloc(rowBytes * plane.height);
  for (let row = 0; row < plane.height; row++)
    out.set(plane.data.subarray(row * plane.stride, row * plane.stride + rowBytes), row * rowBytes);
  return out;
}

function profileOf(heif: Libheif, handle: Handle): Buffer | null {
  const size = heif._heif_image_handle_get_raw_color_profile_size(handle.$$.ptr);
  if (size < 128 || size > maxProfileBytes) return null;
  const error = heif._malloc(errorBytes + size);
  if (error === 0) return null;
  const out = error + errorBytes;
  heif._heif_image_handle_get_raw_color_profile(error, handle.$$.ptr, out);
  // The view is taken anew: the call may have moved the memory.
  const profile = Buffer.from(heif.HEAPU8.subarray(out, out + size));
  heif._free(error);
  return profile;
}

/** Phones photograph in Display P3. sharp takes a profile only from a file: so the pixels go through a PNG. */
async function toSrgb(pixels: Pixels, profile: Buffer): Promise<Pixels> {
  const { data, width, height, channels } = pixels;
  const png = await sharp(data, { raw: { width, height, channels } }).png({ compressionLevel: 0 }).toBuffer();
  allowLoader('VipsForeignLoadPngBuffer');
  return toPixels(sharp(withProfile(png, profile), { limitInputPixels: maxPixels, failOn: 'none' }));
}

/** Puts an iCCP chunk behind IHDR, which is the first chunk and has 25 bytes. */
function withProfile(png: Buffer, profile: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from('iCCPicc\0\0', 'latin1'), deflateSync(profile, { level: 1 })]);
  const chunk = Buffer.alloc(body.length + 8);
  chunk.writeUInt32BE(body.length - 4, 0);
  body.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(body), body.length + 4);
  const at = 8 + 25;
  return Buffer.concat([png.subarray(0, at), chunk, png.subarray(at)]);
}
