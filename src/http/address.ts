import { BlockList, isIPv4, isIPv6 } from 'node:net';
import { PromoteError } from '../errors.ts';
import { redactUrl } from '../secrets/url.ts';

const PRIVATE = blockList([
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['224.0.0.0', 3],
  ['::', 127],
  ['64:ff9b::', 96],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
]);
const LOOPBACK = blockList([
  ['127.0.0.0', 8],
  ['::1', 128],
]);

/** Whether a URL's hostname is this machine's: `localhost`, 127.0.0.0/8 or `[::1]`. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || isListed(LOOPBACK, hostname);
}

/**
 * Refuses (`UNREACHABLE`) a URL that a server named and that must not be followed. That is a private or local address
 * other than the server's own host. It is also plain HTTP where the server was reached by HTTPS. The addresses that
 * are trusted may be private.
 */
export function guardAddress(named: URL, server: URL, operation: string, trusted: readonly URL[] = []): void {
  const isWeb = named.protocol === 'https:' || named.protocol === 'http:';
  if (!isWeb || (named.protocol === 'http:' && server.protocol === 'https:')) {
    throw refused(operation, server, named, 'which is not HTTPS');
  }
  const isTrusted = trusted.some(({ origin }) => origin === named.origin);
  if (named.hostname !== server.hostname && !isTrusted && isPrivate(named.hostname)) {
    throw refused(operation, server, named, 'a private address');
  }
}

function isPrivate(hostname: string): boolean {
  return /(?:^|\.)localhost\.?$/.test(hostname) || isListed(PRIVATE, hostname);
}

function isListed(list: BlockList, hostname: string): boolean {
  const address = hostname.replace(/^\[|\]$/g, '');
  if (isIPv4(address)) return list.check(address, 'ipv4');
  return isIPv6(address) && list.check(address, 'ipv6');
}

function blockList(subnets: readonly (readonly [address: string, prefix: number])[]): BlockList {
  const list = new BlockList();
  for (const [address, prefix] of subnets) list.addSubnet(address, prefix, isIPv4(address) ? 'ipv4' : 'ipv6');
  return list;
}

function refused(operation: string, server: URL, named: URL, why: string): PromoteError {
  return new PromoteError(
    'UNREACHABLE',
    `${operation}: ${server.host} leads to ${redactUrl(named)}, ${why}`,
    {
      hint: 'the server must name an address that anyone may use, or one of its own host',
    },
  );
}
