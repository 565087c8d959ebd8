import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const { resolve } = createRequire(import.meta.url);

/** Style sheets of other people's sites, which restyle everything they can reach. */
const files = {
  bootstrap: 'bootstrap/dist/css/bootstrap.min.css',
  bulma: 'bulma/css/bulma.min.css',
  pico: '@picocss/pico/css/pico.min.css',
  materialize: 'materialize-css/dist/css/materialize.min.css',
  normalize: 'normalize.css/normalize.css',
  water: 'water.css/out/water.min.css',
  'tailwind preflight': 'tailwindcss/preflight.css',
  tachyons: 'tachyons/css/tachyons.min.css',
  'semantic ui': 'semantic-ui-css/semantic.min.css',
  sanitize: 'sanitize.css/sanitize.css',
  pure: 'purecss/build/pure-min.css',
  'gov.uk': 'govuk-frontend/dist/govuk/govuk-frontend.min.css',
} as const;

/** And what no library does, but some site will. */
const hostile = {
  'a small root': 'html { font-size: 62.5% }',
  'a huge root': 'html { font-size: 30px }',
  // A border or padding of the element itself is the page's to give; inside it is not.
  'everything important': `*:not(imgvid-generator) { color: red !important; background: lime !important; font: italic 40px serif !important;
    margin: 9px !important; padding: 9px !important; border: 5px solid !important; box-sizing: content-box !important;
    letter-spacing: 1em !important; text-transform: uppercase !important; transition: all 3s !important }`,
  'inherited everything': `body { font: italic 900 33px/3 fantasy; letter-spacing: .5em; word-spacing: 2em; color: #f0f;
    text-align: right; text-indent: 5em; text-transform: uppercase; white-space: pre; cursor: wait; tab-size: 99;
    visibility: visible; line-break: anywhere; hyphens: auto; quotes: none; list-style: square }`,
  'the element itself': `imgvid-generator { font-size: 50px; color: red; letter-spacing: 3px; text-align: right }`,
} as const;

export const foreignStyles: [name: string, css: string][] = [
  ...Object.entries(files).map(([name, file]): [string, string] => [
    name,
    readFileSync(resolve(file), 'utf8'),
  ]),
  ...Object.entries(hostile),
];
