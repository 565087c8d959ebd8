import { randomUUID } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';

/** Writes a file so that its name never stands for half of it. `parts` follow one another. */
export async function writeWhole(path: string, parts: Uint8Array[], signal?: AbortSignal): Promise<number> {
  const temporary = `${path}.${randomUUID()}.part`;
  try {
    await writeFile(temporary, parts, signal ? { signal } : {});
    signal?.throwIfAborted();
    await rename(temporary, path);
    // Canceled while the name changed: nobody expects the file any more.
    if (signal?.aborted) await rm(path, { force: true });
    signal?.throwIfAborted();
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  return parts.reduce((sum, part) => sum + part.length, 0);
}
