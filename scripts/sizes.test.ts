import { expect, it } from 'vitest';
import { inKilobytes, measureSizes } from '../packages/widget/test/sizes.ts';
import { bundleWidget } from './widget-bundle.ts';

it('the widget loads no more than it may', async () => {
  await bundleWidget();
  const measured = measureSizes();
  const tooLarge = measured
    .filter(({ bytes, limit }) => bytes > limit)
    .map(({ part, bytes, limit }) => `${part}: ${inKilobytes(bytes)} of ${inKilobytes(limit)}`);
  expect(tooLarge).toEqual([]);
});
