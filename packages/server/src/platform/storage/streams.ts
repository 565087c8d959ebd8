import { open, rm, type FileHandle } from 'node:fs/promises';
import { ObjectTooLargeError, StorageError, type StoredObject } from './blob-store.ts';

const chunkBytes = 256 * 1024;

/** Bytes `start` to `end` (included) of an open file. The stream owns the handle and closes it in every case. */
export function streamOfFile(handle: FileHandle, start: number, end: number): ReadableStream<Uint8Array> {
  let position = start;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const length = Math.min(chunkBytes, end + 1 - position);
          const { bytesRead, buffer } =
            length > 0
              ? await handle.read(new Uint8Array(length), 0, length, position)
              : { bytesRead: 0, buffer: new Uint8Array(0) };
          if (bytesRead > 0) controller.enqueue(buffer.subarray(0, bytesRead));
          position += bytesRead;
          if (position > end) {
            await handle.close();
            controller.close();
          } else if (bytesRead === 0) {
            throw new StorageError('A stored file is shorter than it should be');
          }
        } catch (error) {
          await handle.close().catch(() => undefined);
          throw error;
        }
      },
      async cancel() {
        await handle.close();
      },
    },
    { highWaterMark: 0 },
  );
}

/** The bytes of a file, opened when the first of them is asked for. */
export async function* bytesOfFile(path: string): AsyncGenerator<Uint8Array> {
  const file = await open(path, 'r');
  try {
    for (;;) {
      const { bytesRead, buffer } = await file.read(new Uint8Array(chunkBytes), 0, chunkBytes, null);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

/** Passes a stream on, and fails it when the other side sends nothing for `idleMs`. */
export function withIdleLimit(body: ReadableStream<Uint8Array>, idleMs: number): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        let timer: NodeJS.Timeout | undefined;
        const silence = new Promise<never>((_resolve, reject) => {
          timer = setTimeout(
            () => reject(new StorageError(`The object storage sent nothing for ${idleMs / 1000} seconds`)),
            idleMs,
          );
        });
        try {
          const { done, value } = await Promise.race([reader.read(), silence]);
          if (done) controller.close();
          else controller.enqueue(value);
        } catch (error) {
          reader.cancel(error).catch(() => undefined);
          throw error;
        } finally {
          clearTimeout(timer);
        }
      },
      async cancel(reason) {
        await reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}

export interface ToFileOptions {
  maxBytes: number;
  signal?: AbortSignal;
}

/** Writes a whole object to `path`. On failure the body is canceled and no file is left. */
export async function objectToFile(
  object: StoredObject,
  body: ReadableStream<Uint8Array>,
  path: string,
  o: ToFileOptions,
): Promise<void> {
  try {
    o.signal?.throwIfAborted();
    if (object.byteSize > o.maxBytes)
      throw new ObjectTooLargeError(`${object.key} has ${object.byteSize} bytes, ${o.maxBytes} are allowed`);
  } catch (error) {
    await body.cancel(error).catch(() => undefined);
    throw error;
  }
  const file = await open(path, 'w').catch(async (error: unknown) => {
    await body.cancel(error).catch(() => undefined);
    throw error;
  });
  try {
    await copy(object, body, file, o.signal);
    await file.close();
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(path, { force: true });
    throw error;
  }
}

async function copy(
  object: StoredObject,
  body: ReadableStream<Uint8Array>,
  file: FileHandle,
  signal: AbortSignal | undefined,
): Promise<void> {
  const reader = body.getReader();
  // Without this a signal would be noticed only when the next bytes arrive.
  const abort = (): void => void reader.cancel(signal?.reason).catch(() => undefined);
  signal?.addEventListener('abort', abort, { once: true });
  let written = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      signal?.throwIfAborted();
      if (done) break;
      written += value.byteLength;
      if (written > object.byteSize) break;
      await writeAll(file, value);
    }
    if (written !== object.byteSize)
      throw new StorageError(`${object.key} came with ${written} bytes instead of ${object.byteSize}`);
  } finally {
    signal?.removeEventListener('abort', abort);
    await reader.cancel().catch(() => undefined);
  }
}

/** FileHandle.write may write less than asked. */
export async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let offset = 0; offset < bytes.byteLength;) {
    const { bytesWritten } = await file.write(bytes, offset, bytes.byteLength - offset);
    offset += bytesWritten;
  }
}
