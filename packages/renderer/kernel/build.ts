/** Builds the WebAssembly of this folder: `node kernel/build.ts` writes each into the folder that uses it. */
import { writeFileSync } from 'node:fs';
import asc from 'assemblyscript/asc';

/** Sources, and where what they compile to lies. */
export const kernels = {
  'resample.ts': '../src/sampling/kernel-binary.ts',
  'planes.ts': '../src/sampling/planes-binary.ts',
  'network.ts': '../src/subject/network/kernel-binary.ts',
} as const;

/** `planes-binary.ts` exports `planesBinary`. */
const constOf = (file: string): string => `${/([a-z]+)-binary/.exec(file)?.[1] ?? ''}Binary`;

/** The same source gives the same bytes. */
export async function compileKernel(name: keyof typeof kernels): Promise<Uint8Array> {
  const source = new URL(name, import.meta.url).pathname;
  const flags = ['--outFile', 'kernel.wasm', '-O3', '--noAssert', '--runtime', 'stub', '--enable', 'simd'];
  const written = new Map<string, Uint8Array>();
  const { error } = await asc.main([source, ...flags, '--baseDir', '/', '--initialMemory', '1'], {
    writeFile: (file: string, contents: string | Uint8Array) => {
      written.set(file, typeof contents === 'string' ? new TextEncoder().encode(contents) : contents);
    },
  });
  const binary = [...written].find(([file]) => file.endsWith('.wasm'))?.[1];
  if (error || !binary) throw new Error(`AssemblyScript: ${error?.message ?? 'no output'}`);
  return binary;
}

if (process.argv[1] === import.meta.filename)
  for (const name of Object.keys(kernels) as (keyof typeof kernels)[]) {
    const base64 = Buffer.from(await compileKernel(name)).toString('base64');
    const lines = base64.match(/.{1,100}/g) ?? [];
    writeFileSync(
      new URL(kernels[name], import.meta.url),
      `/** WebAssembly built from kernel/${name} by \`node kernel/build.ts\`; a test compares the two. */\n` +
        `export const ${constOf(kernels[name])} =\n  ${lines.map((line) => `'${line}'`).join(' +\n  ')};\n`,
    );
  }
