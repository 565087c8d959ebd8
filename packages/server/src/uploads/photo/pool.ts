import { rm } from 'node:fs/promises';
import type { Answer } from './messages.ts';
import { startProcess, type Ending, type ReadingProcess } from './process.ts';
import { PhotoError, type PhotoReader, type PhotoReaderOptions, type ReadPhoto } from './types.ts';

/** A process that is larger than this after a read is replaced: memory once taken seldom goes back. */
const keptRssBytes = 300 * 1024 * 1024;
const readsPerProcess = 500;
/** A process nobody needed for so long gives its memory back. */
const idleMs = 60_000;

interface Slot {
  process: ReadingProcess | undefined;
  reads: number;
  idle: NodeJS.Timeout | undefined;
}

interface Waiting {
  start(slot: Slot): void;
}

/**
 * Reads photos in processes of their own, `concurrency` at a time, the rest in line. A crash, a hang, too much
 * memory or a cancellation ends that one process, which is replaced with the next read.
 */
export function openPhotoReader(options: PhotoReaderOptions): PhotoReader {
  const slots = Array.from({ length: options.concurrency }, (): Slot => ({
    process: undefined,
    reads: 0,
    idle: undefined,
  }));
  const free = [...slots];
  const line: Waiting[] = [];
  const closing = new AbortController();
  let nextId = 1;

  /** Waits for a free slot; throws the signal's reason when that comes first. */
  function takeSlot(signal: AbortSignal): Promise<Slot> {
    signal.throwIfAborted();
    const slot = free.pop();
    if (slot) return Promise.resolve(slot);
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        start(given) {
          signal.removeEventListener('abort', leave);
          resolve(given);
        },
      };
      const leave = (): void => {
        line.splice(line.indexOf(waiting), 1);
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', leave, { once: true });
      line.push(waiting);
    });
  }

  function giveBack(slot: Slot): void {
    const next = line.shift();
    if (next) next.start(slot);
    else free.push(slot);
  }

  async function orderIn(
    slot: Slot,
    input: string,
    output: string,
    signal: AbortSignal,
  ): Promise<Answer | Ending> {
    clearTimeout(slot.idle);
    if (!slot.process?.alive) {
      slot.process = startProcess();
      slot.reads = 0;
    }
    slot.reads++;
    const { timeoutMs, maxRssBytes } = options;
    const answer = await slot.process.order(
      { id: nextId++, input, output },
      { timeoutMs, maxRssBytes, signal },
    );
    if (mustReplace(answer, slot)) await retire(slot);
    else slot.idle = setTimeout(() => void retire(slot), idleMs).unref();
    return answer;
  }

  async function readIn(slot: Slot, input: string, output: string, signal: AbortSignal): Promise<ReadPhoto> {
    const startedAt = performance.now();
    let answer = await orderIn(slot, input, output, signal);
    // Ended from outside, perhaps before it began: that says nothing about the photo.
    if (answer.kind === 'died' && !answer.crashed) answer = await orderIn(slot, input, output, signal);
    if ('id' in answer)
      options.onUsage?.({ ms: performance.now() - startedAt, peakRssBytes: answer.peakRssBytes });
    if (answer.kind === 'read') return answer.photo;
    await rm(output, { force: true });
    throw errorOf(answer, options.timeoutMs, signal);
  }

  return {
    async read(input, output, o = {}) {
      const signal = o.signal ? AbortSignal.any([o.signal, closing.signal]) : closing.signal;
      const slot = await takeSlot(signal);
      try {
        return await readIn(slot, input, output, signal);
      } finally {
        giveBack(slot);
      }
    },
    async close() {
      closing.abort(new Error('The photo reader has been closed'));
      await Promise.all(slots.map(retire));
    },
  };
}

async function retire(slot: Slot): Promise<void> {
  clearTimeout(slot.idle);
  const { process } = slot;
  slot.process = undefined;
  await process?.stop();
}

function mustReplace(answer: Answer | Ending, slot: Slot): boolean {
  if (!('id' in answer)) return true;
  return answer.spent || answer.rssBytes > keptRssBytes || slot.reads >= readsPerProcess;
}

function errorOf(
  answer: Exclude<Answer | Ending, { kind: 'read' }>,
  timeoutMs: number,
  signal: AbortSignal,
): unknown {
  if (answer.kind === 'refused') return new PhotoError(answer.code, answer.detail, { cause: answer.cause });
  if (answer.kind === 'failed')
    return new Error(`A photo could not be read, through no fault of its own: ${answer.message}`);
  if (answer.kind === 'killed') return killedError(answer.why, timeoutMs, signal);
  if (!answer.crashed) return new Error(`The process that read a photo ended by ${answer.how}`);
  return new PhotoError('corrupt_image', 'The photo is damaged in a way that stops our reader.', {
    cause: answer.how,
  });
}

function killedError(
  why: 'timeout' | 'memory' | 'canceled',
  timeoutMs: number,
  signal: AbortSignal,
): unknown {
  if (why === 'canceled') return signal.reason;
  if (why === 'memory')
    return new PhotoError(
      'image_too_large',
      'The photo needs more memory to be read than one photo is given.',
    );
  return new PhotoError(
    'corrupt_image',
    `The photo could not be read within ${Math.ceil(timeoutMs / 1000)} seconds; it may be damaged.`,
  );
}
