import ipaddr from 'ipaddr.js';

/**
 * The network of an address, as limits see it: a /24 of IPv4, and of IPv6 the /56 that a home or an office gets.
 * One caller has many addresses of such a network, and some networks have many callers.
 */
export function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return 'unknown';
  const parsed = ipaddr.process(address);
  if (parsed.kind() === 'ipv4') {
    const [a, b, c] = parsed.toByteArray();
    return `${a}.${b}.${c}.0/24`;
  }
  const bytes = parsed.toByteArray().slice(0, 7);
  return `${Buffer.from(bytes).toString('hex')}/56`;
}
