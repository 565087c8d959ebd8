import { kernelBinary } from './kernel-binary.ts';

/** The functions of kernel/resample.ts, which says what they take, and the memory that they work in. */
export interface Kernel {
  memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  scale(...args: number[]): void;
  warpColumn(...args: number[]): void;
  turnedColumn(...args: number[]): void;
  turnSamples(...args: number[]): void;
  standUp(...args: number[]): void;
  blend(...args: number[]): void;
  mix(...args: number[]): void;
  rowsOfRgb(...args: number[]): void;
}

/** Named here because the types of WebAssembly come with the DOM's, which not everybody who imports this has. */
const { Module, Instance } = (
  globalThis as unknown as {
    WebAssembly: {
      Module: new (binary: Uint8Array) => object;
      Instance: new (module: object) => { exports: unknown };
    };
  }
).WebAssembly;
const compiled = new Module(Buffer.from(kernelBinary, 'base64'));

/** A kernel with a memory of its own, one page large. */
export const newKernel = (): Kernel => new Instance(compiled).exports as Kernel;

const pageBytes = 65536;

/** Makes the memory at least so large. */
export function reserve({ memory }: Kernel, bytes: number): void {
  const missing = Math.ceil(bytes / pageBytes) - memory.buffer.byteLength / pageBytes;
  if (missing > 0) memory.grow(missing);
}
