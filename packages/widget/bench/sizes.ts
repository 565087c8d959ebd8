/**
 * `pnpm bench widget`: what the widget weighs, beside what others' embeds weigh. Theirs are of late 2026, measured the
 * same way (brotli, quality 11): what loads before the first interaction, or the loader alone.
 */
import { inKilobytes, measureSizes } from '../test/sizes.ts';

const peers: Record<string, string> = {
  loader: 'Google Maps 1.1 KB, Stripe 1.2 KB, Intercom 1.7 KB',
  'before the first interaction':
    'mux-uploader 14.0 KB (no crop, jobs or gallery), Uppy 88.4 KB, Uploadcare 97.5 KB',
};

const rows = measureSizes().map(({ part, bytes, limit }) => [
  part,
  inKilobytes(bytes),
  `<= ${inKilobytes(limit)}`,
  (bytes / limit).toFixed(2),
  peers[part] ?? '',
]);
const table = [['part', 'brotli', 'goal', 'of goal', 'compared with'], ...rows];
const widths = table[0]?.map((_, i) => Math.max(...table.map((row) => row[i]?.length ?? 0))) ?? [];
for (const row of table) {
  process.stdout.write(
    `${row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join(' | ')
      .trimEnd()}\n`,
  );
}
