/** Sub-pixel phases in a table of weights, and taps in a phase. The kernel has these numbers in it too. */
export const PHASES = 1024;
export const TAPS = 8;
/** Widest kernel that still fits into eight taps: Lanczos with three lobes reaches 3 samples each way at 1. */
export const MAX_STRETCH = 4 / 3;

const sinc = (x: number) => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));
const window3 = (x: number) => (Math.abs(x) < 3 ? sinc(x / 3) : 0);

/**
 * Weights for samples at these distances from the position. Plain Lanczos shifts a picture by up to 0.02 pixels
 * to and fro as the phase changes, which shows as jitter in a slow pan; so the weights are corrected until they
 * add up to one and their centre of mass is the position itself.
 */
function phaseWeights(distances: number[], stretch: number): number[] {
  const raw = distances.map((d) => sinc(d / stretch) * window3(d / stretch));
  const give = distances.map((d) => window3(d / stretch) ** 2);
  const moment = (values: number[], power: number) =>
    values.reduce((sum, v, k) => sum + v * (distances[k] ?? 0) ** power, 0);
  const total = moment(raw, 0);
  const [g0, g1, g2] = [moment(give, 0), moment(give, 1), moment(give, 2)];
  const lean = moment(raw, 1) / total;
  // give * (a + b d) changes the sum by nothing and the centre of mass by -lean.
  const b = (-lean * g0) / (g0 * g2 - g1 * g1);
  const a = (-b * g1) / g0;
  return raw.map((v, k) => v / total + (give[k] ?? 0) * (a + b * (distances[k] ?? 0)));
}

/**
 * Weights in Q14 for every phase, eight at a time. `stretch` > 1 widens the filter for sampling with fewer output
 * pixels than source pixels, which would shimmer otherwise. Tap 3 is the sample at or before the position.
 */
export function lanczosTable(stretch: number): Int16Array {
  const table = new Int16Array(PHASES * TAPS);
  for (let phase = 0; phase < PHASES; phase++) {
    const distances = Array.from({ length: TAPS }, (_, k) => k - 3 - phase / PHASES);
    const rounded = phaseWeights(distances, stretch).map((weight) => Math.round(weight * 16384));
    // The weights add up to exactly one, or a flat area would change its brightness with the phase.
    const nearest = phase < PHASES / 2 ? 3 : 4;
    rounded[nearest] = (rounded[nearest] ?? 0) + 16384 - rounded.reduce((sum, weight) => sum + weight, 0);
    table.set(rounded, phase * TAPS);
  }
  return table;
}
