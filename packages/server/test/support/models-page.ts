import { modelSheets } from '../../src/providers/index.ts';

type Sheet = ReturnType<typeof modelSheets>[number];

function prices({ prices: { rows, basis } }: Sheet): string {
  const list = rows
    .map(({ resolution, duration_s, usd }) => `${resolution} ${duration_s} s $${usd}`)
    .join(', ');
  return basis === 'published' ? list : `${list} (reported)`;
}

function abilities({ input, sound, negative_prompt_max: negative }: Sheet): string {
  const camera = { words: 'camera in words', brackets: 'camera commands', field: 'camera field' }[
    input.camera.by
  ];
  const others = [
    sound && 'sound',
    input.end_image !== null && 'last photo',
    negative !== null && 'negative prompt',
    input.seed !== null && 'seed',
  ];
  return [camera, ...others.filter((each) => each !== false)].join(', ');
}

const row = (sheet: Sheet): string =>
  `| \`${sheet.id}\` | ${sheet.name} (${sheet.maker}) | ${abilities(sheet)} | ${prices(sheet)} | ${sheet.sources.map((url, i) => `[${i + 1}](${url})`).join(' ')} ${sheet.checked}${sheet.basis === 'reported' ? ', fields as others use them' : ''} |`;

/** docs/models.md. */
export const modelsPage = (): string =>
  [
    '# Models of other companies',
    '',
    'Made from the sheets in `packages/server/src/providers/catalogue/models`. Prices are what the provider asks, in US dollars; “reported” ones were not read on its own price list, so look at your account after the first jobs.',
    '',
    '| model | name | can | provider’s price | source |',
    '|---|---|---|---|---|',
    ...modelSheets().map(row),
    '',
  ].join('\n');
