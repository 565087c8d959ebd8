import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { compileKernel, kernels } from '../kernel/build.ts';

test.each(Object.keys(kernels) as (keyof typeof kernels)[])(
  'the binary is what its source compiles to: %s',
  async (name) => {
    const built = Buffer.from(await compileKernel(name)).toString('base64');
    const kept = await readFile(new URL(`../kernel/${kernels[name]}`, import.meta.url), 'utf8');
    const base64 = [...kept.matchAll(/'([^']*)'/g)].map(([, line]) => line).join('');
    expect(built === base64, `run \`node kernel/build.ts\` after changing kernel/${name}`).toBe(true);
  },
);
