import { mkdtemp, open, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { objectToFile, streamOfFile, withIdleLimit } from './streams.ts';

const object = { key: 't/a/b', byteSize: 6, contentType: 'image/jpeg', etag: '"x"', modifiedAt: new Date(0) };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'imgvid-streams-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const streamOf = (...chunks: string[]): ReadableStream<Uint8Array> =>
  ReadableStream.from(chunks.map((chunk) => new TextEncoder().encode(chunk)));

/** Sends its chunks and then nothing, for ever. */
function stalling(...chunks: string[]): { body: ReadableStream<Uint8Array>; canceled: () => boolean } {
  let canceled = false;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(new TextEncoder().encode(chunk));
    },
    cancel() {
      canceled = true;
    },
  });
  return { body, canceled: () => canceled };
}

describe('an object into a file', () => {
  test.each([
    ['shorter', streamOf('abc')],
    ['longer', streamOf('abc', 'defg')],
  ])('a body that is %s than the object is refused and no file is left', async (_what, body) => {
    await expect(objectToFile(object, body, join(folder, 'x'), { maxBytes: 100 })).rejects.toThrow(
      'instead of 6',
    );
    expect(await readdir(folder)).toEqual([]);
  });

  test('a signal ends it while the other side is silent', async () => {
    const { body, canceled } = stalling('abc');
    const abort = new AbortController();
    const done = objectToFile(object, body, join(folder, 'x'), { maxBytes: 100, signal: abort.signal });
    abort.abort(new Error('enough'));
    await expect(done).rejects.toThrow('enough');
    expect(canceled()).toBe(true);
    expect(await readdir(folder)).toEqual([]);
  });

  test('a folder that is not there is an error, and the body is let go', async () => {
    const { body, canceled } = stalling('abc');
    await expect(objectToFile(object, body, join(folder, 'no', 'x'), { maxBytes: 100 })).rejects.toThrow(
      'ENOENT',
    );
    expect(canceled()).toBe(true);
  });
});

describe('silence', () => {
  test('fails the stream and lets the other side go', async () => {
    const { body, canceled } = stalling('abc');
    const reader = withIdleLimit(body, 20).getReader();
    expect(new TextDecoder().decode((await reader.read()).value)).toBe('abc');
    await expect(reader.read()).rejects.toThrow('sent nothing for 0.02 seconds');
    expect(canceled()).toBe(true);
  });

  test('canceling passes through', async () => {
    const { body, canceled } = stalling('abc');
    await withIdleLimit(body, 1000).cancel();
    expect(canceled()).toBe(true);
  });
});

describe('the stream of a file', () => {
  const opened = async (): Promise<Awaited<ReturnType<typeof open>>> => {
    await writeFile(join(folder, 'f'), Buffer.alloc(1_000_000, 1));
    return open(join(folder, 'f'));
  };

  test('closes the file at its end', async () => {
    const handle = await opened();
    let bytes = 0;
    for await (const chunk of streamOfFile(handle, 1, 999_999)) bytes += chunk.byteLength;
    expect(bytes).toBe(999_999);
    expect(handle.fd).toBe(-1);
  });

  test('closes the file when it is canceled', async () => {
    const handle = await opened();
    const reader = streamOfFile(handle, 0, 999_999).getReader();
    await reader.read();
    await reader.cancel();
    expect(handle.fd).toBe(-1);
  });

  test('closes the file and fails when the file is shorter than promised', async () => {
    const handle = await opened();
    const read = async (): Promise<void> => {
      for await (const chunk of streamOfFile(handle, 999_000, 1_000_000)) expect(chunk.byteLength).toBe(1000);
    };
    await expect(read()).rejects.toThrow('shorter');
    expect(handle.fd).toBe(-1);
  });
});
