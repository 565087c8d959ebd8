import { expect, it, vi } from 'vitest';

vi.stubGlobal('location', new URL('https://imgvid.example/console/sign-in'));
const { safeNext } = await import('../src/router.ts');

it('goes back to a page of the console after signing in', () => {
  expect(safeNext('/console/sites/site_1/look?tab=2')).toBe('/console/sites/site_1/look?tab=2');
});

it.each([
  null,
  '',
  'https://evil.example/console/',
  '//evil.example/console/',
  '/\\evil.example/console/',
  '/console/../../v1/sessions',
  '/console/%2e%2e/v1/sessions',
  '/consolevil/',
  'javascript:alert(1)',
  'data:text/html,x',
  'https://imgvid.example@evil.example/console/',
])('goes nowhere else: %s', (next) => {
  expect(safeNext(next)).toBe('/console/');
});
