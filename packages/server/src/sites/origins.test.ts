import { describe, expect, it } from 'vitest';
import { normalizeOrigin, originAllowed } from './origins.ts';

const own = 'http://localhost:8787';

describe('normalizeOrigin', () => {
  it('gives one spelling', () => {
    expect(normalizeOrigin('HTTPS://Shop.Example:443')).toBe('https://shop.example');
    expect(normalizeOrigin('https://bücher.example')).toBe('https://xn--bcher-kva.example');
  });
  it.each([
    'null',
    '',
    'shop.example',
    'https://shop.example/path',
    'https://a@shop.example',
    'file:///x',
    'https://shop.example?x',
    'javascript:1',
  ])('refuses %j', (text) => expect(normalizeOrigin(text)).toBeNull());
});

describe('originAllowed', () => {
  it('is exact: no other scheme, port, subdomain or look-alike', () => {
    const allowed = ['https://shop.example'];
    expect(originAllowed('https://shop.example', allowed, own)).toBe(true);
    for (const other of [
      'http://shop.example',
      'https://shop.example:8443',
      'https://www.shop.example',
      'https://shop.example.evil.test',
      'https://shοp.example',
      'null',
    ]) {
      expect(originAllowed(other, allowed, own), other).toBe(false);
    }
  });
  it('knows this machine by its names, any port, only where a site says so', () => {
    for (const origin of ['http://localhost:3000', 'http://127.0.0.1:5173', 'http://[::1]:80']) {
      expect(originAllowed(origin, ['http://localhost:*'], own)).toBe(true);
      expect(originAllowed(origin, [], own)).toBe(false);
    }
    for (const origin of ['https://localhost:3000', 'http://localhost.evil.test', 'http://192.168.0.1:80']) {
      expect(originAllowed(origin, ['http://localhost:*'], own)).toBe(false);
    }
  });
});
