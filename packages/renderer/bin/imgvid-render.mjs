#!/usr/bin/env node
// Plain JavaScript, so that a Node which cannot read TypeScript gets a sentence and no stack trace.
import module from 'node:module';

if (process.features.typescript) {
  // The second start, and each photo's process, takes half as long.
  module.enableCompileCache?.();
  const { main } = await import('../src/cli/main.ts');
  process.exitCode = await main(process.argv.slice(2));
} else {
  process.stderr.write(
    `imgvid-render needs Node 22.18 or newer, and this is Node ${process.versions.node}.\n`,
  );
  process.exitCode = 2;
}
