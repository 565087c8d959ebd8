/** The memory that a kernel works in. */
export interface WithMemory {
  memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
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

/**
 * Compiles what kernel/build.ts made of a kernel. Each call of what is given back has a memory of its own, and the
 * functions of the kernel's source, which the caller names.
 */
export function kernelOf(base64: string): () => WithMemory {
  const compiled = new Module(Buffer.from(base64, 'base64'));
  return () => new Instance(compiled).exports as WithMemory;
}

const pageBytes = 65536;

/** Makes the memory at least so large. */
export function reserve({ memory }: WithMemory, bytes: number): void {
  const missing = Math.ceil(bytes / pageBytes) - memory.buffer.byteLength / pageBytes;
  if (missing > 0) memory.grow(missing);
}
