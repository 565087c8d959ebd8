/** Builds the resampler's WebAssembly: `node kernel/build.ts` writes src/sampling/kernel-binary.ts. */
import { writeFileSync } from 'node:fs';
import asc from 'assemblyscript/asc';

/** Compiles kernel/resample.ts; the same source gives the same bytes. */
export async function compileKernel(): Promise<Uint8Array> {
  const source = new URL('resample.ts', import.meta.url).pathname;
  const flags = ['--outFile', 'resample.wasm', '-O3', '--noAssert', '--runtime', 'stub', '--enable', 'simd'];
  const written = new Map<string, Uint8Array>();
  const { error } = await asc.main([source, ...flags, '--baseDir', '/', '--initialMemory', '1'], {
    writeFile: (name: string, contents: string | Uint8Array) => {
      written.set(name, typeof contents === 'string' ? new TextEncoder().encode(contents) : contents);
    },
  });
  const binary = [...written].find(([name]) => name.endsWith('.wasm'))?.[1];
  if (error || !binary) throw new Error(`AssemblyScript: ${error?.message ?? 'no output'}`);
  return binary;
}

if (process.argv[1] === import.meta.filename) {
  const base64 = Buffer.from(await compileKernel()).toString('base64');
  const lines = base64.match(/.{1,100}/g) ?? [];
  writeFileSync(
    new URL('../src/sampling/kernel-binary.ts', import.meta.url),
    '/** WebAssembly built from kernel/resample.ts by `node kernel/build.ts`; a test compares the two. */\n' +
      `export const kernelBinary =\n  ${lines.map((line) => `'${line}'`).join(' +\n  ')};\n`,
  );
}
