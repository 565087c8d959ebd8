import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openPhotoReader } from '../src/uploads/photo/index.ts';
import { readMutants, type Tally } from './photo/mutants.ts';

/**
 * Damaged and forged photos through the photo reader, in any number:
 *
 *   npx -y pnpm@12 --filter @imgvid/server hostile-files --count 100000 --seed 1
 *
 * Prints counts; the exit code is 1 when one was neither read nor refused, or ended a process. `--from` with the
 * same seed makes a single one again.
 */
const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '100000' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1e6)) },
    from: { type: 'string', default: '0' },
  },
});
const count = Number(values.count);
const seed = Number(values.seed);
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const folder = await mkdtemp(join(tmpdir(), 'imgvid-hostile-'));
const concurrency = 2;
let peak = 0;
const peaks: number[] = [];
const reader = openPhotoReader({
  concurrency,
  timeoutMs: 10_000,
  maxRssBytes: 2_200_000_000,
  onUsage: ({ peakRssBytes }) => {
    peak = Math.max(peak, peakRssBytes);
  },
});
const startedAt = performance.now();
say(`${count} mutants, seed ${seed}`);
const tally = await readMutants({
  reader,
  folder,
  seed,
  from: Number(values.from),
  count,
  concurrency,
  onProgress(done, { read, failed, crashed, ended }) {
    if (done % 10_000 !== 0) return;
    peaks.push(peak);
    peak = 0;
    say(`${done}: ${read} read, ${failed.length} failed, ${crashed.length} crashed, ${ended.length} ended`);
  },
});
await reader.close();
await rm(folder, { recursive: true, force: true });
await report(tally);

async function report({ read, refused, failed, crashed, ended, longestMs }: Tally): Promise<void> {
  const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(0);
  const ownRss = Number(
    /VmRSS:\s+(\d+)/.exec(await readFile('/proc/self/status', 'utf8').catch(() => ''))?.[1] ?? 0,
  );
  say(`read ${read}, refused ${JSON.stringify(refused)}, of ${count}, seed ${seed}`);
  say(
    `neither read nor refused ${failed.length}, processes crashed ${crashed.length}, ended for time or memory ${ended.length}`,
  );
  say(`longest ${longestMs.toFixed(0)} ms, all ${((performance.now() - startedAt) / 1000).toFixed(0)} s`);
  say(`highest memory of a reading process per 10,000 (MB): ${[...peaks, peak].map(megabytes).join(' ')}`);
  say(`memory of this process at the end: ${megabytes(ownRss * 1024)} MB`);
  for (const { mutant, message } of failed.slice(0, 20))
    say(`--seed ${seed} --from ${mutant} --count 1: ${message}`);
  for (const mutant of [...crashed, ...ended].slice(0, 20)) say(`--seed ${seed} --from ${mutant} --count 1`);
  process.exitCode = failed.length + crashed.length + ended.length > 0 ? 1 : 0;
}
