import { constants } from 'node:os';
import { readFileSync } from 'node:fs';
import { help } from './help.ts';
import { readOptions, UsageError, type Options } from './options.ts';
import { planJobs, type Job } from './plan.ts';
import { Report, type Streams } from './report.ts';
import { rendersThatFit, Workshop } from './work.ts';

const exitCodes = { allMade: 0, someFailed: 1, usage: 2 } as const;

const version = (): string => {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
};

/** The program `imgvid-render`. Returns its exit code. */
export async function main(args: readonly string[], streams: Streams = process): Promise<number> {
  try {
    const options = readOptions(args);
    if (options === 'help') streams.stdout.write(help);
    else if (options === 'version') streams.stdout.write(`${version()}\n`);
    else return await makeAll(planJobs(options), options, streams);
    return exitCodes.allMade;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    streams.stderr.write(`imgvid-render: ${error.message}\nimgvid-render --help tells more.\n`);
    return exitCodes.usage;
  }
}

async function makeAll(jobs: Job[], options: Options, streams: Streams): Promise<number> {
  const workshop = new Workshop(options);
  const report = new Report(streams, options, jobs.length);
  const stopListening = onInterrupt(() => {
    workshop.stop();
    report.close();
  });
  const waiting = [...jobs];
  let failed = 0;
  const worker = async (): Promise<void> => {
    for (let job = waiting.shift(); job; job = waiting.shift()) {
      const [current, start] = [job, performance.now()];
      try {
        const made = await workshop.make(current, (fraction) => report.progress(current, fraction));
        report.made(current, made, (performance.now() - start) / 1000);
      } catch (error) {
        failed++;
        report.failed(current, error);
      }
    }
  };
  const atOnce = Math.min(options.jobs ?? rendersThatFit(), jobs.length);
  await Promise.all(Array.from({ length: atOnce }, worker));
  report.close();
  workshop.close();
  stopListening();
  return failed > 0 ? exitCodes.someFailed : exitCodes.allMade;
}

/** Cleans up and ends when the user or the system says so, with the code that shells expect: 128 + the signal's. */
function onInterrupt(cleanUp: () => void): () => void {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const end = (signal: (typeof signals)[number]): void => {
    cleanUp();
    process.exit(128 + constants.signals[signal]);
  };
  for (const signal of signals) process.once(signal, end);
  return () => {
    for (const signal of signals) process.off(signal, end);
  };
}
