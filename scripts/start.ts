import { bundleWidget } from './widget-bundle.ts';

const begun = performance.now();
if (await bundleWidget()) {
  process.stdout.write(`Built the widget in ${((performance.now() - begun) / 1000).toFixed(1)} s.\n`);
}
// In this same process, so that Ctrl-C reaches the server once and directly.
await import(new URL('../packages/server/src/main.ts', import.meta.url).href);
