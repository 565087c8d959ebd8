import { expect, it } from 'vitest';
import { snippets } from '../src/pages/site/snippets.ts';

const server = 'https://videos.example';
const key = 'pk_test_abc';

const codeOf = (kind: string): string =>
  snippets(server, key)
    .filter((snippet) => snippet.kind === kind)
    .flatMap(({ steps }) => steps.map(({ code }) => code))
    .join('\n');

it.each(['html', 'wordpress', 'shopify', 'react', 'next'])(
  '%s: brings the script of this server and the key of this site',
  (kind) => {
    expect(codeOf(kind)).toContain(`${server}/embed/v1/imgvid.js`);
    expect(codeOf(kind)).toContain(key);
  },
);

it('the API is asked with a secret key, which stays in the environment', () => {
  expect(codeOf('api')).toContain(`${server}/v1/generations`);
  expect(codeOf('api')).toContain('$IMGVID_SECRET_KEY');
  expect(codeOf('api')).not.toMatch(/[ps]k_/);
});

it('has no two of a kind', () => {
  const kinds = snippets(server, key).map(({ kind }) => kind);
  expect(new Set(kinds).size).toBe(kinds.length);
});
