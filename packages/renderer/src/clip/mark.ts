import { open } from 'node:fs/promises';
import { xmpBox } from '../mp4/xmp.ts';
import type { DigitalSourceType } from '../request.ts';
import { walkBoxes } from './boxes.ts';

/** Says in the MP4 itself how it came to be, see xmpBox. Returns the file's size, in bytes. */
export async function markClip(path: string, source: DigitalSourceType): Promise<number> {
  const file = await open(path, 'r+');
  try {
    const { size } = await file.stat();
    const { openEnded } = await walkBoxes(file, size);
    if (openEnded !== null) {
      // What follows would belong to a box that reaches to the end: it gets the length it has.
      const length = Buffer.alloc(4);
      length.writeUInt32BE(size - openEnded);
      await file.write(length, 0, 4, openEnded);
    }
    const box = xmpBox(source);
    await file.write(box, 0, box.length, size);
    await file.sync();
    return size + box.length;
  } finally {
    await file.close();
  }
}
