import ipaddr from 'ipaddr.js';

/**
 * Whether an address lies on the public internet. Everything with a special meaning is not: this machine, private
 * and shared networks, link-local (where clouds keep their metadata), multicast, documentation, and every IPv6
 * form that carries an IPv4 address inside, for what it leads to is decided by somebody else's gateway.
 * https://www.iana.org/assignments/iana-ipv4-special-registry
 */
export function isPublic(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== 'unicast') return false;
  return parsed.kind() === 'ipv4'
    ? !extra4.some((range) => (parsed as ipaddr.IPv4).match(range))
    : global6.some((range) => (parsed as ipaddr.IPv6).match(range)) &&
        !extra6.some((range) => (parsed as ipaddr.IPv6).match(range));
}

/** Of the registries' special ranges what ipaddr.js has no name for. */
const extra4 = ['192.0.0.0/24', '192.88.99.0/24', '168.63.129.16/32'].map((range) =>
  ipaddr.IPv4.parseCIDR(range),
);
/** Only this part of IPv6 has ever been given out (RFC 4291, IANA). */
const global6 = ['2000::/3'].map((range) => ipaddr.IPv6.parseCIDR(range));
const extra6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'].map((range) =>
  ipaddr.IPv6.parseCIDR(range),
);

/** The address in a URL's host, without brackets, or null when it is a name. */
export function literalOf(hostname: string): string | null {
  const bare = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
  return ipaddr.isValid(bare) ? bare : null;
}

/** Names that mean this machine or its network by convention or standard (RFC 6761, 6762, 8375, ICANN). */
const inward =
  /(?:^|\.)(?:localhost|local|localdomain|internal|intranet|lan|home|corp|private|home\.arpa|test|invalid|onion|arpa)$/;

export function isInwardName(hostname: string): boolean {
  const name = hostname.toLowerCase().replace(/\.+$/, '');
  // A name without a dot is looked up in the machine's own search domains.
  return !name.includes('.') || inward.test(name);
}
