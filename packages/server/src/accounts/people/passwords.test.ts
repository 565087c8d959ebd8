import { expect, it } from 'vitest';
import { openPasswords } from './passwords.ts';

const cost = 13;
const rounds = 7;

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[rounds >> 1] ?? 0;

it('takes as long for nobody’s password as for a wrong one, also of a hash that cost less', async () => {
  const passwords = openPasswords(cost);
  const hashes = {
    nobody: null,
    somebody: await passwords.hash('her own password'),
    earlier: await openPasswords(cost - 2).hash('her own password'),
  };
  // The first one for nobody makes the hash that is compared with.
  await passwords.verify('wrong', null);
  const took: Record<string, number[]> = { nobody: [], somebody: [], earlier: [] };
  for (let round = 0; round < rounds; round++) {
    for (const [who, hash] of Object.entries(hashes)) {
      const begun = performance.now();
      expect(await passwords.verify('wrong', hash)).toBe(false);
      took[who]?.push(performance.now() - begun);
    }
  }
  const [nobody, somebody, earlier] = Object.values(took).map(median) as [number, number, number];
  // Without the work it would be a hundredth, with that of the earlier cost alone a quarter.
  for (const other of [nobody, earlier]) {
    expect(other / somebody).toBeGreaterThan(0.5);
    expect(other / somebody).toBeLessThan(2);
  }
});
