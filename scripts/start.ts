import { buildBundles } from './bundles.ts';

const begun = performance.now();
const built = await buildBundles();
if (built.length > 0) {
  process.stdout.write(
    `Built the ${built.join(' and the ')} in ${((performance.now() - begun) / 1000).toFixed(1)} s.\n`,
  );
}
// In this same process, so that Ctrl-C reaches the server once and directly.
await import(new URL('../packages/server/src/main.ts', import.meta.url).href);
