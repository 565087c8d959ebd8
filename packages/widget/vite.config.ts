import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { build, defineConfig, type Plugin } from 'vite';

const out = join(import.meta.dirname, 'dist');
const target = ['chrome123', 'firefox128', 'safari17.5'];

/** Spaces and comments of templates and styles are for us, not for visitors. */
function shortTemplates(): Plugin {
  const literal = /\b(html|svg|css)`((?:\\[\s\S]|\$\{(?:[^{}`]|\{[^{}]*\})*\}|[^`\\])*?)`/g;
  return {
    name: 'imgvid:short-templates',
    enforce: 'pre',
    transform(code, id) {
      if (!id.includes('/widget/src/styles/')) return null;
      const short = code.replace(literal, (_, kind: string, text: string) => {
        const lines = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/\s+/g, ' ');
        return `${kind}\`${lines
          .replace(/ ?([{};,]) ?/g, '$1')
          .replace(/: /g, ':')
          .replaceAll(';}', '}')
          .trim()}\``;
      });
      return { code: short, map: null };
    },
  };
}

/** Lit counts its copies in global variables; a guest on a page leaves none behind. */
function noGlobals(): Plugin {
  return {
    name: 'imgvid:no-globals',
    transform(code, id) {
      if (!/\/(?:lit-html|lit-element|@lit\/reactive-element)\//.test(id)) return null;
      const lonely = code
        .replace(
          /\(\w+\.(?:litHtml|litElement|reactiveElement)Versions\s*\?\?=\s*\[\]\)\.push\("[^"]*"\)/g,
          '0',
        )
        .replace(/\w+\.litPropertyMetadata\s*\?\?=\s*new WeakMap/g, '0');
      const metadata = code.includes('litPropertyMetadata')
        ? 'const litPropertyMetadata = new WeakMap();'
        : '';
      return { code: metadata + lonely, map: null };
    },
  };
}

/** `imgvid.js`, which needs the core's name; then what everything weighs, and its fingerprint for `integrity`. */
function loaderAndManifest(): Plugin {
  return {
    name: 'imgvid:loader-and-manifest',
    apply: (_, { command }) => command === 'build',
    async writeBundle(_, bundle) {
      const core = Object.values(bundle).find((chunk) => chunk.type === 'chunk' && chunk.isEntry);
      if (!core) throw new Error('The build made no core.');
      await build({
        configFile: false,
        logLevel: 'warn',
        define: { __IMGVID_CORE__: JSON.stringify(core.fileName) },
        build: {
          outDir: out,
          emptyOutDir: false,
          target,
          modulePreload: false,
          rolldownOptions: {
            input: join(import.meta.dirname, 'src/loader/loader.ts'),
            output: { format: 'iife', entryFileNames: 'imgvid.js' },
          },
        },
      });
      writeManifest();
    },
  };
}

function writeManifest(): void {
  const files = readdirSync(out).filter((name) => name.endsWith('.js'));
  const entries = files.toSorted().map((name) => {
    const bytes = readFileSync(join(out, name));
    const options = { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } };
    return [
      name,
      {
        bytes: bytes.length,
        brotli: brotliCompressSync(bytes, options).length,
        integrity: `sha384-${createHash('sha384').update(bytes).digest('base64')}`,
      },
    ];
  });
  writeFileSync(join(out, 'manifest.json'), `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`);
}

/** All that the element needs at once in one file; the rest in files of its own. */
const isCore = (id: string): boolean => !/\/(?:lazy\/[^/]+|moves\/prompt)\.ts$/.test(id);

export default defineConfig({
  publicDir: false,
  plugins: [shortTemplates(), noGlobals(), loaderAndManifest()],
  build: {
    outDir: out,
    emptyOutDir: true,
    target,
    lib: { entry: { core: join(import.meta.dirname, 'src/core.ts') }, formats: ['es'] },
    rolldownOptions: {
      preserveEntrySignatures: 'allow-extension',
      treeshake: { moduleSideEffects: (id) => /\/src\/(?:core|define|default-api)\.ts$/.test(id) },
      output: {
        entryFileNames: '[name]-[hash].js',
        chunkFileNames: '[name]-[hash].js',
        minify: true,
        codeSplitting: {
          groups: [{ name: 'core', tags: ['$initial'], test: isCore, includeDependenciesRecursively: false }],
        },
      },
    },
  },
});
