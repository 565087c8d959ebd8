import type { Origin } from '@imgvid/api';
import ipaddr from 'ipaddr.js';
import { getPublicSuffix } from 'tldts';
import { problem, type ProblemError } from '../../platform/http/problem.ts';
import { oddities } from '../look-alikes.ts';
import { anyLocalPort, isLocalHost, unicodeOrigin } from '../origins.ts';

const refused = (detail: string, hint: string): ProblemError => problem('origin_refused', detail, hint);

function parse(text: string): URL {
  if (text === 'null') {
    throw refused(
      'The origin “null” cannot be allowed: every sandboxed frame and every local file has it.',
      'Give the frame allow-same-origin, or serve the page from a web server, and allow its real origin.',
    );
  }
  if (text.includes('*')) {
    throw refused(
      'An origin is written without a star.',
      'To allow all subdomains of a host you own, send the host itself with “subdomains”: true.',
    );
  }
  if (!/^[a-z][a-z\d+.-]*:/i.test(text) || /^[^/:]+:\d+(\/|$)/.test(text)) {
    throw refused('An origin begins with its scheme.', `Did you mean https://${text.split('/')[0]} ?`);
  }
  if (!URL.canParse(text)) {
    throw refused('This cannot be read as an origin.', 'An origin looks like https://shop.example');
  }
  return new URL(text);
}

/** An IP address of a private network, or this machine. */
function isPrivateHost(hostname: string): boolean {
  const bare = hostname.replace(/^\[|\]$/g, '');
  if (isLocalHost(hostname) || hostname.endsWith('.localhost') || hostname.endsWith('.test')) return true;
  return ipaddr.isValid(bare) && ipaddr.process(bare).range() !== 'unicast';
}

function check(url: URL): void {
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw refused(
      `Pages of ${url.protocol}// cannot use a publishable key.`,
      'Browsers tell no origin of their own for them. Serve the page over https.',
    );
  }
  if (url.username || url.password) {
    throw refused('An origin has no user name in it.', `Did you mean ${url.protocol}//${url.host} ?`);
  }
  if (url.pathname !== '/' || url.search || url.hash) {
    throw refused(
      'An origin ends with its host: a key works on the whole site, not on one page.',
      `Did you mean ${url.origin} ?`,
    );
  }
  if (url.hostname.endsWith('.')) {
    throw refused('The host ends with a dot.', `Did you mean ${url.origin.replace(/\.(?=:|$)/, '')} ?`);
  }
  if (url.protocol === 'http:' && !isPrivateHost(url.hostname)) {
    throw refused(
      'Pages over plain http can be changed by anybody on the way.',
      `Did you mean https://${url.host} ? Plain http works for this machine and private addresses.`,
    );
  }
  if (!isPrivateHost(url.hostname) && !url.hostname.includes('.')) {
    throw refused('This host has no domain.', 'An origin looks like https://shop.example');
  }
}

function checkSubdomains(url: URL): void {
  const { hostname } = url;
  if (ipaddr.isValid(hostname.replace(/^\[|\]$/g, '')) || isLocalHost(hostname)) {
    throw refused('An address has no subdomains.', 'Allow each origin by itself.');
  }
  if (getPublicSuffix(hostname, { allowPrivateDomains: true }) === hostname) {
    throw refused(
      `Anybody can have a subdomain of ${hostname}.`,
      'Allow your own host below it, such as https://yours.' + hostname,
    );
  }
}

/**
 * What an owner typed, as it is kept and shown.
 * @throws ProblemError `origin_refused`, saying why and what he may have meant
 */
export function readOrigin(text: string, subdomains: boolean): string {
  const trimmed = text.trim();
  if (trimmed === anyLocalPort) return anyLocalPort;
  const url = parse(trimmed);
  check(url);
  if (!subdomains) return url.origin;
  checkSubdomains(url);
  return url.origin.replace('://', '://*.');
}

export function presentOrigin(origin: string): Origin {
  const wildcard = origin.includes('://*.');
  const unicode = unicodeOrigin(origin);
  const host = unicode.replace(/^https?:\/\/(\*\.)?/, '').replace(/:[^\]]*$/, '');
  return { origin, unicode, wildcard, warnings: oddities(host) };
}
