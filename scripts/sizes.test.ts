import { expect, it } from 'vitest';
import { inKilobytes, measureSizes } from '../packages/widget/test/sizes.ts';
import { buildBundles } from './bundles.ts';

it('the widget loads no more than it may', async () => {
  await buildBundles();
  const measured = measureSizes();
  const tooLarge = measured
    .filter(({ bytes, limit }) => bytes > limit)
    .map(({ part, bytes, limit }) => `${part}: ${inKilobytes(bytes)} of ${inKilobytes(limit)}`);
  expect(tooLarge).toEqual([]);
});
