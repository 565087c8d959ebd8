import { describe, expect, test } from 'vitest';
import { blobTokens, type BlobGrant } from './blob-token.ts';

const tokens = blobTokens(Buffer.alloc(32, 1));
const put: BlobGrant = {
  method: 'PUT',
  key: 't/acme/uploads/1/raw',
  contentType: 'image/jpeg',
  byteSize: 1234,
  expiresAt: new Date('2026-05-01T10:00:00Z'),
};
const get: BlobGrant = {
  method: 'GET',
  key: 't/acme/uploads/1/raw',
  downloadName: 'Größe "x".mp4',
  expiresAt: new Date('2026-05-01T10:00:00Z'),
};

describe('blob tokens', () => {
  test.each([put, get, { ...get, downloadName: undefined }])(
    'say what they were made for: $method',
    (grant) => {
      const token = tokens.sign(grant);
      expect(token).toMatch(/^[\w-]+\.[\w-]{43}$/);
      expect(tokens.verify(token)).toEqual(grant);
    },
  );

  test('any changed field makes the token worthless', () => {
    for (const grant of [put, get]) {
      const [payload = '', signature = ''] = tokens.sign(grant).split('.');
      const fields = JSON.parse(Buffer.from(payload, 'base64url').toString()) as unknown[];
      const others = [2, grant.method === 'PUT' ? 'GET' : 'PUT', 't/evil/x/y', 2e9, 'text/html', 99_999_999];
      for (const [at, other] of others.entries()) {
        const changed = Buffer.from(JSON.stringify(fields.with(at, other))).toString('base64url');
        expect(tokens.verify(`${changed}.${signature}`), `field ${at}`).toBeNull();
      }
    }
  });

  test('any changed, added or missing character makes the token worthless', () => {
    const token = tokens.sign(put);
    for (let at = 0; at < token.length; at++) {
      const other = token[at] === 'A' ? 'B' : 'A';
      expect(tokens.verify(token.slice(0, at) + other + token.slice(at + 1)), `at ${at}`).toBeNull();
      expect(tokens.verify(token.slice(0, at) + token.slice(at + 1)), `without ${at}`).toBeNull();
    }
    for (const wrong of [
      '',
      '.',
      'a.b',
      `${token}.`,
      `${token}=`,
      `${token}A`,
      `.${token}`,
      `${token} `,
      'x'.repeat(5000),
    ])
      expect(tokens.verify(wrong), wrong.slice(0, 20)).toBeNull();
  });

  test('another key’s token is worthless', () => {
    expect(tokens.verify(blobTokens(Buffer.alloc(32, 2)).sign(get))).toBeNull();
  });

  test('a short key is refused', () => {
    expect(() => blobTokens(Buffer.alloc(31))).toThrow('32 bytes');
  });
});
