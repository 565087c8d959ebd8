export interface Row {
  row: string;
  measured: string;
  goal: string;
  'compared with': string;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? Number.NaN)
    : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
}

export interface Comparison {
  /** Median over the rounds of ours / theirs. */
  ratio: number;
  ours: number;
  theirs: number;
}

/** Runs both in turns, each first in every second round, after one round of both that does not count. */
export async function compare(
  rounds: number,
  ours: () => Promise<number>,
  theirs: () => Promise<number>,
): Promise<Comparison> {
  const pairs: { ours: number; theirs: number }[] = [];
  for (let round = 0; round <= rounds; round++) {
    const first = round % 2 === 0 ? await ours() : undefined;
    const other = await theirs();
    const own = first ?? (await ours());
    if (round > 0) pairs.push({ ours: own, theirs: other });
  }
  return {
    ratio: median(pairs.map((pair) => pair.ours / pair.theirs)),
    ours: median(pairs.map((pair) => pair.ours)),
    theirs: median(pairs.map((pair) => pair.theirs)),
  };
}

/** `0.61 (5210 : 8540 /s)` */
export const described = ({ ratio, ours, theirs }: Comparison, unit: string, digits = 0): string =>
  `${ratio.toFixed(2)} (${ours.toFixed(digits)} : ${theirs.toFixed(digits)} ${unit})`;

/** The rows as a table, columns under each other. */
export function print(rows: readonly Row[]): void {
  const columns = ['row', 'measured', 'goal', 'compared with'] as const;
  const lines = [Object.fromEntries(columns.map((name) => [name, name])) as unknown as Row, ...rows];
  const widths = columns.map((name) => Math.max(...lines.map((line) => line[name].length)));
  for (const line of lines) {
    const cells = columns.map((name, column) => line[name].padEnd(widths[column] ?? 0));
    process.stdout.write(`${cells.join(' | ').trimEnd()}\n`);
  }
}
