import { readFileSync, writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import sharp from 'sharp';
import type { Answer, Order, Pulse } from './messages.ts';
import { readPhoto } from './read.ts';
import { PhotoError } from './types.ts';

/**
 * The process that visitors' bytes are decoded in: no settings, no secrets, no connections, only the two paths of
 * each order. Started and watched by pool.ts; whatever happens to it ends one read and nothing else.
 */
const pulseMs = 50;
const linux = process.platform === 'linux';

sharp.cache(false);
// One photo is one thread's work: concurrency comes from the number of processes, memory from the threads.
sharp.concurrency(1);

lowerOurselves();
process.on('disconnect', () => process.exit(0));
process.on('message', (order: Order) => {
  void handle(order).then((answer) => process.send?.(answer));
});

async function handle({ id, input, output }: Order): Promise<Answer> {
  forgetPeak();
  const pulse = linux ? undefined : setInterval(sendPulse, pulseMs);
  const result = await readPhoto(input, output).then(
    (photo) => ({ kind: 'read', photo }) as const,
    (error: unknown) => describe(error),
  );
  clearInterval(pulse);
  return {
    id,
    peakRssBytes: peakRss(),
    rssBytes: process.memoryUsage.rss(),
    // WebAssembly's memory never shrinks, and after an abort it is in no known state.
    spent: result.kind !== 'read' && isWasmFault(result),
    ...result,
  };
}

type Refused = { kind: 'refused'; code: PhotoError['code']; detail: string; cause: string };
type Failed = { kind: 'failed'; message: string };

function describe(error: unknown): Refused | Failed {
  if (error instanceof PhotoError) {
    const { code, detail, cause } = error;
    return { kind: 'refused', code, detail, cause: cause === undefined ? '' : wordsOf(cause) };
  }
  return { kind: 'failed', message: wordsOf(error) };
}

const wordsOf = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : JSON.stringify(error);

const isWasmFault = (result: Refused | Failed): boolean =>
  /RuntimeError|Aborted|out of bounds|memory/i.test(
    result.kind === 'refused' ? result.cause : result.message,
  );

/** So that the next peak is the next read's own. */
function forgetPeak(): void {
  if (!linux) return;
  try {
    writeFileSync('/proc/self/clear_refs', '5');
  } catch {
    // The peak is then the process's since its start.
  }
}

/** Not getrusage's: on Linux that begins with what the parent had when it started this process. */
function peakRss(): number {
  const status = linux ? readFileSync('/proc/self/status', 'latin1') : '';
  const kilobytes = /^VmHWM:\s+(\d+) kB/m.exec(status)?.[1];
  return (kilobytes === undefined ? process.resourceUsage().maxRSS : Number(kilobytes)) * 1024;
}

function sendPulse(): void {
  const pulse: Pulse = { rssBytes: process.memoryUsage.rss() };
  process.send?.(pulse);
}

/** Behind everything else for the processor, and before everything else when memory runs out. */
function lowerOurselves(): void {
  try {
    setPriority(10);
    if (linux) writeFileSync('/proc/self/oom_score_adj', '800');
  } catch {
    // A system that does not allow it loses nothing but the order.
  }
}
