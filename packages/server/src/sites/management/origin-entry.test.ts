import { describe, expect, it } from 'vitest';
import { ProblemError } from '../../platform/http/problem.ts';
import { originAllowed } from '../origins.ts';
import { presentOrigin, readOrigin } from './origin-entry.ts';

function refusalOf(text: string, subdomains = false): { detail: string; hint: string } {
  try {
    readOrigin(text, subdomains);
  } catch (error) {
    if (!(error instanceof ProblemError) || error.details.code !== 'origin_refused') throw error;
    return { detail: error.details.detail, hint: error.details.hint ?? '' };
  }
  throw new Error(`${text} was taken`);
}

describe('an origin is taken', () => {
  it.each([
    ['https://shop.example', 'https://shop.example'],
    [' HTTPS://Shop.Example:443/ ', 'https://shop.example'],
    ['https://bücher.example', 'https://xn--bcher-kva.example'],
    ['https://shop.example:8443', 'https://shop.example:8443'],
    ['http://localhost:3000', 'http://localhost:3000'],
    ['http://192.168.1.20:8080', 'http://192.168.1.20:8080'],
    ['http://[::1]:5173', 'http://[::1]:5173'],
    ['http://localhost:*', 'http://localhost:*'],
  ])('%s as %s', (text, kept) => expect(readOrigin(text, false)).toBe(kept));

  it('with all its subdomains only when asked for', () => {
    const entry = readOrigin('https://shop.example', true);
    expect(entry).toBe('https://*.shop.example');
    const own = 'https://imgvid.example';
    expect(originAllowed('https://de.shop.example', [entry], own)).toBe(true);
    expect(originAllowed('https://a.b.shop.example', [entry], own)).toBe(true);
    for (const other of [
      'https://shop.example',
      'https://evilshop.example',
      'http://de.shop.example',
      'https://de.shop.example:8443',
      'https://de.shop.example.evil.test',
      'https://*.shop.example',
    ]) {
      expect(originAllowed(other, [entry], own), other).toBe(false);
    }
  });
});

describe('an origin is refused with what was meant', () => {
  it.each([
    ['null', 'sandboxed'],
    ['shop.example', 'https://shop.example'],
    ['localhost:3000', 'https://localhost:3000'],
    ['https://shop.example/products', 'https://shop.example'],
    ['https://anna@shop.example', 'https://shop.example'],
    ['https://shop.example?x=1', 'https://shop.example'],
    ['https://shop.example.', 'https://shop.example'],
    ['http://shop.example', 'https://shop.example'],
    ['https://*.shop.example', 'subdomains'],
    ['*', 'subdomains'],
    ['file:///home/anna/index.html', 'https'],
    ['chrome-extension://abcdef', 'https'],
    ['javascript:alert(1)', 'https'],
    ['https://shop', 'https://shop.example'],
    ['https://', 'https://shop.example'],
    ['https://a b.example', 'https://shop.example'],
  ])('%s', (text, word) => {
    const { detail, hint } = refusalOf(text);
    expect(`${detail} ${hint}`).toContain(word);
  });

  it.each(['https://com', 'https://co.uk', 'https://github.io', 'https://myshopify.com'])(
    'all subdomains of %s, which are anybody’s',
    (text) => expect(refusalOf(text, true).detail).not.toBe(''),
  );

  it('subdomains of an address', () => {
    expect(refusalOf('http://127.0.0.1', true).detail).toContain('no subdomains');
  });
});

describe('an origin that reads like another', () => {
  it.each([
    ['https://shоp.example', 'Latin and Cyrillic'],
    ['https://аррӏе.example', 'look like Latin'],
    ['https://pαypal.example', 'Latin and Greek'],
  ])('%s is shown as punycode, with a warning', (text, words) => {
    const shown = presentOrigin(readOrigin(text, false));
    expect(shown.origin).toContain('xn--');
    expect(shown.unicode).toBe(text);
    expect(shown.warnings.join(' ')).toContain(words);
  });

  it.each([
    'https://bücher.example',
    'https://日本語とkanji.example',
    'https://магазин.example',
    'https://shop.example',
  ])('%s is nothing odd', (text) => expect(presentOrigin(readOrigin(text, false)).warnings).toEqual([]));
});
