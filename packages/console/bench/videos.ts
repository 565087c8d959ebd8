/**
 * The list of videos with ten thousand real rows, in the real browser: how long a frame takes while it is scrolled,
 * how long the way to the end is, and what going back to a place takes.
 */
import { signUp } from '@imgvid/tests/console';
import { launchBrowser } from '@imgvid/tests/launch';
import { makeManyVideos } from '@imgvid/tests/many-videos';
import { startServer } from '@imgvid/tests/server';

const rows = Number(process.argv[2] ?? 10_000);
const jumps = 60;

const server = await startServer({ env: { IMGVID_RATE_LIMIT_FACTOR: '1000' } });
const browser = await launchBrowser();

const sorted = (values: readonly number[]): number[] => values.toSorted((a, b) => a - b);
const at = (values: readonly number[], share: number): string =>
  `${(sorted(values)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Number.NaN).toFixed(1)} ms`;

function print(what: string, values: readonly number[]): void {
  const figures = `median ${at(values, 0.5)}, 95 % ${at(values, 0.95)}, worst ${at(values, 1)} of ${values.length}`;
  process.stdout.write(`${what.padEnd(44)} ${figures}\n`);
}

try {
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
  await signUp(page, server.url, 'ada@lamps.example');
  await makeManyVideos(server, rows);
  const opened = performance.now();
  await page.goto(`${server.url}/console/videos`);
  await page.getByText('LAMP-').first().waitFor();
  process.stdout.write(`first rows after ${(performance.now() - opened).toFixed(0)} ms\n`);

  const scrolled = await page.evaluate(async (wanted) => {
    const frames: number[] = [];
    const begun = performance.now();
    const frame = () => new Promise<number>((resolve) => requestAnimationFrame(resolve));
    const tall = () => document.documentElement.scrollHeight;
    let before = await frame();
    // As a wheel that is turned hard: half a screen a frame.
    while (tall() < wanted * 70 || scrollY + innerHeight < tall() - 2) {
      scrollBy(0, 450);
      const now = await frame();
      frames.push(now - before);
      before = now;
      if (now - begun > 120_000) break;
    }
    return { frames, seconds: (performance.now() - begun) / 1000, tall: tall() };
  }, rows);
  print('a frame while scrolling to the end', scrolled.frames);
  process.stdout.write(
    `the end of ${rows} rows after ${scrolled.seconds.toFixed(1)} s (${scrolled.tall} px)\n`,
  );

  const jumped = await page.evaluate(async (count) => {
    const times: number[] = [];
    const painted = () => new Promise<void>((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    for (let n = 0; n < count; n++) {
      await painted();
      const begun = performance.now();
      scrollTo(0, (((n * 7919) % 1000) / 1000) * document.documentElement.scrollHeight);
      await painted();
      times.push(performance.now() - begun);
    }
    return times;
  }, jumps);
  print('a jump to anywhere, until it is painted', jumped);
} finally {
  await browser.close();
  await server.stop();
}
