import { describe, expect, it } from 'vitest';
import { clientAddress } from './client-address.ts';

const request = (remoteAddress: string, forwarded?: string) =>
  ({
    socket: { remoteAddress },
    headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
  }) as never;

describe('the address of a caller', () => {
  it('is the peer’s, whatever the header says, where no proxy is trusted', () => {
    expect(clientAddress([])(request('198.51.100.1', '1.2.3.4'))).toBe('198.51.100.1');
  });

  it.each([
    ['one proxy', '10.0.0.9', '203.0.113.5', '203.0.113.5'],
    ['two proxies', '10.0.0.9', '203.0.113.5, 10.1.1.1', '203.0.113.5'],
    ['what the caller wrote himself', '10.0.0.9', '6.6.6.6, 203.0.113.5', '203.0.113.5'],
    ['a caller who writes a trusted address', '10.0.0.9', '10.3.3.3, 203.0.113.5', '203.0.113.5'],
    ['a peer that is no proxy', '198.51.100.1', '203.0.113.5', '198.51.100.1'],
    ['ports and brackets', '::1', '[2001:db8::7]:4711', '2001:db8::7'],
    ['a port of IPv4', '::1', '203.0.113.5:80', '203.0.113.5'],
    ['a proxy as IPv4 in IPv6', '::ffff:10.0.0.9', '203.0.113.5', '203.0.113.5'],
    ['no header', '10.0.0.9', undefined, '10.0.0.9'],
    ['rubbish', '10.0.0.9', 'unknown, <b>', '10.0.0.9'],
    ['nothing but proxies', '10.0.0.9', '10.1.1.1', '10.1.1.1'],
  ])('%s', (_what, peer, header, address) =>
    expect(clientAddress(['10.0.0.0/8', '::1'])(request(peer, header))).toBe(address),
  );
});
