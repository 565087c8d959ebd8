import type { FileHandle } from 'node:fs/promises';
import { RenderError } from '../errors.ts';

const broken = (why: string): RenderError => new RenderError('unreadable_clip', why);

/** More are not found in a clip; each costs a read. */
const maxBoxes = 2000;

export interface TopLevel {
  types: string[];
  /** Where a last box begins that says it reaches to the end of the file, however long that is; else null. */
  openEnded: number | null;
}

/**
 * Walks the boxes that lie directly in an MP4 (ISO/IEC 14496-12, 4.2). Throws where the file is cut off or is
 * something else: every box must end within the file, and the last one at its end.
 */
export async function walkBoxes(file: FileHandle, size: number): Promise<TopLevel> {
  const types: string[] = [];
  const head = Buffer.alloc(16);
  for (let at = 0; at < size;) {
    if (types.length === maxBoxes || size - at < 8) throw broken('The file is no whole MP4.');
    await file.read(head, 0, 16, at);
    const type = head.toString('latin1', 4, 8);
    if (at === 0 && type !== 'ftyp') throw broken('The file is no MP4.');
    types.push(type);
    const short = head.readUInt32BE(0);
    if (short === 0) return { types, openEnded: at };
    const length = short === 1 ? Number(head.readBigUInt64BE(8)) : short;
    if (length < (short === 1 ? 16 : 8) || at + length > size) throw broken('The file ends too early.');
    at += length;
  }
  for (const needed of ['moov', 'mdat'])
    if (!types.includes(needed)) throw broken(`The file has no ${needed} box.`);
  return { types, openEnded: null };
}
