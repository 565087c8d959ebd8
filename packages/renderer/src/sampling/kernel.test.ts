import { expect, test } from 'vitest';
import { compileKernel } from '../../kernel/build.ts';
import { kernelBinary } from './kernel-binary.ts';

test('the binary is what its source compiles to', async () => {
  const built = Buffer.from(await compileKernel()).toString('base64');
  expect(built === kernelBinary, 'run `node kernel/build.ts` after changing kernel/resample.ts').toBe(true);
});
