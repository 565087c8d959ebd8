/** Sub-pixel phases in a table of weights, and taps in a phase. The kernel has these numbers in it too. */
export const PHASES = 1024;
export const TAPS = 8;
/** Widest kernel that still fits into eight taps: Lanczos with three lobes reaches 3 samples each way at 1. */
export const MAX_STRETCH = 4 / 3;

const sinc = (x: number) => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));
const window3 = (x: number) => (Math.abs(x) < 3 ? sinc(x / 3) : 0);

/**
 * Weights for the samples around a position, the `phase`-th part of the way from tap 3 to tap 4. Plain Lanczos shifts
 * a picture by up to 0.02 pixels to and fro as the phase changes, which shows as jitter in a slow pan; so the weights
 * are corrected until they add up to one and their centre of mass is the position itself.
 */
function phaseWeights(phase: number, stretch: number, raw: Float64Array, give: Float64Array): void {
  let [total, first, g0, g1, g2] = [0, 0, 0, 0, 0];
  for (let k = 0; k < TAPS; k++) {
    const d = k - 3 - phase;
    const lobe = window3(d / stretch);
    const weight = sinc(d / stretch) * lobe;
    raw[k] = weight;
    give[k] = lobe * lobe;
    total += weight;
    first += weight * d;
    g0 += lobe * lobe;
    g1 += lobe * lobe * d;
    g2 += lobe * lobe * d * d;
  }
  const lean = first / total;
  // give * (a + b d) changes the sum by nothing and the centre of mass by -lean.
  const b = (-lean * g0) / (g0 * g2 - g1 * g1);
  const a = (-b * g1) / g0;
  for (let k = 0; k < TAPS; k++)
    raw[k] = (raw[k] as number) / total + (give[k] as number) * (a + b * (k - 3 - phase));
}

/**
 * Weights in Q14 for every phase, eight at a time. `stretch` > 1 widens the filter for sampling with fewer output
 * pixels than source pixels, which would shimmer otherwise. Tap 3 is the sample at or before the position.
 */
export function lanczosTable(stretch: number): Int16Array {
  const table = new Int16Array(PHASES * TAPS);
  const [weights, give] = [new Float64Array(TAPS), new Float64Array(TAPS)];
  for (let phase = 0; phase <= PHASES / 2; phase++) {
    phaseWeights(phase / PHASES, stretch, weights, give);
    const at = phase * TAPS;
    let missing = 16384;
    for (let k = 0; k < TAPS; k++) {
      const rounded = Math.round((weights[k] as number) * 16384);
      table[at + k] = rounded;
      missing -= rounded;
    }
    // The weights add up to exactly one, or a flat area would change its brightness with the phase.
    const nearest = at + (phase < PHASES / 2 ? 3 : 4);
    table[nearest] = (table[nearest] as number) + missing;
    // From the middle on they are the others', mirrored.
    if (phase === 0 || phase === PHASES / 2) continue;
    const mirrored = (PHASES - phase) * TAPS;
    for (let k = 0; k < TAPS; k++) table[mirrored + k] = table[at + TAPS - 1 - k] as number;
  }
  return table;
}
