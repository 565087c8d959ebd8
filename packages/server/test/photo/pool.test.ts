import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { PhotoError } from '../../src/uploads/photo/index.ts';
import { pngOfZeros } from './bombs.ts';
import { asSharp, quarters } from './images.ts';
import { openReading, type Reading } from './reading.ts';

let reading: Reading;
afterEach(() => reading.close());

const small = (): Promise<Buffer> => asSharp(quarters(64, 64)).jpeg().toBuffer();
/** Takes half a second or so to read. */
const slow = (): Buffer => pngOfZeros(6000, 6000);

/** The processes this one has started, by what they run. */
async function children(): Promise<number[]> {
  const found: number[] = [];
  for (const name of await readdir('/proc')) {
    const [stat, command] = await Promise.all(
      ['stat', 'cmdline'].map((file) => readFile(`/proc/${name}/${file}`, 'latin1').catch(() => '')),
    );
    const parent = Number(stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    if (parent === process.pid && command?.includes('photo/child.ts')) found.push(Number(name));
  }
  return found;
}

/** The one process that reads, where there is one. */
async function readerPid(): Promise<number> {
  const [pid] = await children();
  if (pid === undefined) throw new Error('Nobody is there to read.');
  return pid;
}

let begun = 0;
async function begin(
  bytes: Buffer,
  signal?: AbortSignal,
): Promise<{ done: Promise<unknown>; output: string }> {
  // A name of its own: what another read has open is not written anew.
  const [input, output] = ['in', 'out'].map((name) => join(reading.folder, `${name}-${1000 + begun}`)) as [
    string,
    string,
  ];
  begun++;
  await writeFile(input, bytes);
  const options = signal ? { signal } : {};
  return { done: reading.reader.read(input, output, options).catch((error: unknown) => error), output };
}

describe.runIf(process.platform === 'linux')('a reading process that ends badly ends one read', () => {
  test.each([
    ['SIGSEGV', 'corrupt_image', 'stops our reader'],
    ['SIGABRT', 'corrupt_image', 'stops our reader'],
  ] as const)('%s: the photo is refused, the next one is read', async (signal, code, words) => {
    reading = await openReading();
    await reading.read(await small());
    const pid = await readerPid();
    // It stands still, so that it is surely in the middle of the read.
    process.kill(pid, 'SIGSTOP');
    const { done, output } = await begin(slow());
    process.kill(pid, signal);
    process.kill(pid, 'SIGCONT');
    expect(await done).toMatchObject({ code, detail: expect.stringContaining(words) as string });
    await expect(readFile(output)).rejects.toThrow('ENOENT');
    expect((await reading.read(await small())).photo.width).toBe(64);
  });

  test('killed from outside it is begun again, for that says nothing about the photo', async () => {
    reading = await openReading();
    await reading.read(await small());
    const pid = await readerPid();
    process.kill(pid, 'SIGSTOP');
    const { done } = await begin(slow());
    process.kill(pid, 'SIGKILL');
    expect(await done).toMatchObject({ contentType: 'image/jpeg', width: 5120 });
  });

  test('the process knows nothing of the server’s settings', async () => {
    process.env['IMGVID_SECRET'] = 'must-not-be-seen';
    try {
      reading = await openReading();
      await reading.read(await small());
      const pid = await readerPid();
      const environment = await readFile(`/proc/${pid}/environ`, 'latin1');
      expect(environment).toContain('PATH=');
      expect(environment).not.toContain('IMGVID');
    } finally {
      delete process.env['IMGVID_SECRET'];
    }
  });

  test('closing leaves no process', async () => {
    reading = await openReading({ concurrency: 2 });
    await Promise.all([reading.read(await small()), reading.read(await small())]);
    expect(await children()).toHaveLength(2);
    await reading.reader.close();
    expect(await children()).toEqual([]);
  });
});

describe('limits', () => {
  test('a read that takes too long is ended and refused, and the next photo is read', async () => {
    // Time for a process to start and read a small photo on a busy machine. One that stands still reads for ever, on
    // whatever machine; how long a large photo takes differs too much from one to the next.
    reading = await openReading({ timeoutMs: 8000 });
    await reading.read(await small());
    const pid = await readerPid();
    process.kill(pid, 'SIGSTOP');
    expect(await reading.refuse(await small())).toMatchObject({
      code: 'corrupt_image',
      detail: expect.stringContaining('within 8 seconds') as string,
    });
    expect(await children()).not.toContain(pid);
    expect((await reading.read(await small())).photo.width).toBe(64);
  });

  test('a read that needs too much memory is ended and refused, and the next photo is read', async () => {
    reading = await openReading({ maxRssBytes: 180_000_000 });
    await reading.read(await small());
    expect(await reading.refuse(pngOfZeros(10_000, 10_000))).toMatchObject({
      code: 'image_too_large',
      detail: expect.stringContaining('memory') as string,
    });
    expect((await reading.read(await small())).photo.width).toBe(64);
  });

  test('no more photos than told are read at the same time, and all are read', async () => {
    reading = await openReading({ concurrency: 2 });
    const bytes = await small();
    const photos = await Promise.all(Array.from({ length: 12 }, () => reading.read(bytes)));
    expect(photos.map(({ photo }) => photo.width)).toEqual(Array<number>(12).fill(64));
  });
});

describe('cancellation', () => {
  test('ends a read in the middle and leaves nothing; the next one is read', async () => {
    reading = await openReading();
    await reading.read(await small());
    const abort = new AbortController();
    const { done, output } = await begin(slow(), abort.signal);
    const startedAt = performance.now();
    abort.abort(new Error('no longer wanted'));
    expect(await done).toEqual(new Error('no longer wanted'));
    expect(performance.now() - startedAt).toBeLessThan(1000);
    await expect(readFile(output)).rejects.toThrow('ENOENT');
    expect((await reading.read(await small())).photo.width).toBe(64);
  });

  test('takes a waiting read out of the line', async () => {
    reading = await openReading();
    const first = await begin(slow());
    const abort = new AbortController();
    const second = await begin(slow(), abort.signal);
    abort.abort(new Error('left the line'));
    expect(await second.done).toEqual(new Error('left the line'));
    expect(await first.done).toMatchObject({ width: 5120 });
  });

  test('already canceled means not begun', async () => {
    reading = await openReading();
    const { done } = await begin(await small(), AbortSignal.abort(new Error('too late')));
    expect(await done).toEqual(new Error('too late'));
  });

  test('closing ends what runs and what waits', async () => {
    reading = await openReading();
    const running = await begin(slow());
    const waiting = await begin(slow());
    await reading.reader.close();
    expect(String(await running.done)).toContain('has been closed');
    expect(String(await waiting.done)).toContain('has been closed');
  });
});

describe('what is not the photo’s fault is not blamed on it', () => {
  test('a file that is not there', async () => {
    reading = await openReading();
    const error: unknown = await reading.reader
      .read(join(reading.folder, 'missing'), join(reading.folder, 'out-1'))
      .catch((reason: unknown) => reason);
    expect(error).not.toBeInstanceOf(PhotoError);
    expect(String(error)).toContain('ENOENT');
  });

  test('a folder that cannot be written', async () => {
    reading = await openReading();
    await writeFile(join(reading.folder, 'in-1'), await small());
    const error: unknown = await reading.reader
      .read(join(reading.folder, 'in-1'), join(reading.folder, 'no', 'such', 'folder'))
      .catch((reason: unknown) => reason);
    expect(error).not.toBeInstanceOf(PhotoError);
    expect(String(error)).toContain('through no fault of its own');
  });
});
