// The one door to the scripts beside this file: `node scripts/run.mjs test` runs test.ts. Plain JavaScript, so
// that a Node which cannot read TypeScript gets a sentence and no stack trace.
const [name, ...rest] = process.argv.slice(2);

if (!process.features.typescript) {
  process.stderr.write(
    `ImgVid runs on Node 22.18 or newer, and this is Node ${process.versions.node}: ` +
      'start it with `npx -y pnpm@12 start`, which brings the right Node along (Node 20 is enough for that).\n',
  );
  process.exit(1);
}

const script = new URL(`${name}.ts`, import.meta.url);
process.argv = [process.argv[0], script.pathname, ...rest];
await import(script.href);
