import { open } from 'node:fs/promises';
import { writeClean } from './clean.ts';
import { decode } from './decode.ts';
import { decodeHeic } from './heic.ts';
import { readHeifSize } from './heif-header.ts';
import { assertSize, maxFileBytes } from './limits.ts';
import type { Decoded } from './pixels.ts';
import { readProvenance } from './provenance.ts';
import { sniff, sniffBytes } from './sniff.ts';
import { PhotoError, type ReadPhoto } from './types.ts';

/** One photo from its bytes to the clean file. Runs in a process of its own (child.ts). Throws PhotoError. */
export async function readPhoto(input: string, output: string): Promise<ReadPhoto> {
  const file = await open(input, 'r');
  try {
    const { size } = await file.stat();
    if (size === 0) throw new PhotoError('unsupported_image', 'The file is empty.');
    if (size > maxFileBytes)
      throw new PhotoError('image_too_large', `The file is larger than ${maxFileBytes / 1024 ** 2} MB.`);
    const head = Buffer.alloc(Math.min(size, sniffBytes));
    await file.read(head, 0, head.length, 0);
    const sniffed = sniff(head);
    if ('refused' in sniffed)
      throw new PhotoError(
        'unsupported_image',
        `This is ${sniffed.refused}, not a photo we can read. JPEG, PNG, WebP, AVIF, GIF and HEIC work.`,
      );
    const { type } = sniffed;
    let decoded: Decoded;
    if (type === 'image/heic') {
      decoded = await decodeHeic(input, await readHeifSize(file, size));
    } else {
      if (type === 'image/avif') {
        const claimed = await readHeifSize(file, size);
        assertSize(claimed.width, claimed.height);
      }
      decoded = await decode(input, type);
    }
    const provenance = await readProvenance(file);
    const clean = await writeClean(decoded, output);
    return {
      ...clean,
      originalType: type,
      animated: decoded.animated || sniffed.sequence === true,
      provenance,
    };
  } finally {
    await file.close();
  }
}
