import type { IncomingMessage } from 'node:http';
import ipaddr from 'ipaddr.js';

/** The address a request came from. */
export type ClientAddress = (request: Pick<IncomingMessage, 'headers' | 'socket'>) => string;

type Range = [ipaddr.IPv4 | ipaddr.IPv6, number];

const rangeOf = (text: string): Range => {
  if (text.includes('/')) return ipaddr.parseCIDR(text);
  const address = ipaddr.process(text);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
};

function parse(text: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  // Some proxies write the port too: 192.0.2.1:443, [2001:db8::1]:443.
  const bare = /^\[(.+)\](?::\d+)?$/.exec(text)?.[1] ?? text.replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1');
  return ipaddr.isValid(bare) ? ipaddr.process(bare) : undefined;
}

/**
 * X-Forwarded-For is read from the right, as far as the proxies are trusted: what stands left of the first other
 * address was written by whoever sent the request. Without trusted proxies the header counts for nothing.
 */
export function clientAddress(trustedProxies: readonly string[]): ClientAddress {
  const ranges = trustedProxies.map(rangeOf);
  const isTrusted = (address: ipaddr.IPv4 | ipaddr.IPv6): boolean =>
    ranges.some(([base, bits]) => base.kind() === address.kind() && address.match([base, bits] as never));

  return ({ headers, socket }) => {
    const peer = socket.remoteAddress ?? 'unknown';
    if (ranges.length === 0) return peer;
    let nearest = parse(peer);
    if (!nearest) return peer;
    const header = headers['x-forwarded-for'];
    const hops = (Array.isArray(header) ? header.join(',') : (header ?? '')).split(',');
    while (isTrusted(nearest)) {
      const hop = hops.pop();
      const next = hop === undefined ? undefined : parse(hop.trim());
      if (!next) break;
      nearest = next;
    }
    return nearest.toString();
  };
}
