/** A repository's address, taken apart. */
export interface Address {
  readonly url: URL;
  readonly isSsh: boolean;
}

/** A forge's server that an address may be on. */
export interface Server {
  readonly url: string;
  /**
   * Whether it is the CI's own server, or the public one where no CI names a server. Tokens in the
   * environment are meant for it.
   */
  readonly ambient: boolean;
}

/** Parses a URL or an scp-like text; `undefined` for paths. */
export function parseAddress(location: string): Address | undefined {
  const scp = /^(?:[^@/\s]+@)?([^/:\s]{2,}):(?!\/\/)\/?(.+)$/.exec(location);
  const isSsh = scp !== null || location.startsWith('ssh://');
  const url = URL.parse(scp ? `https://${scp[1]}/${scp[2]}` : location.replace(/^ssh:/, 'https:'));
  return url === null || !/^https?:$/.test(url.protocol) ? undefined : { url, isSsh };
}

/** The servers that an address can be on: the CI's, the public one and, if its forge is stated, its own. */
export function serversOf(
  address: Address,
  own: string | undefined,
  common: string,
  isStated: boolean,
): readonly Server[] {
  return [
    { url: own || common, ambient: true },
    { url: common, ambient: false },
    ...(isStated ? [{ url: originOf(address), ambient: false }] : []),
  ];
}

/** The first server that the address is on, and the repository's path below it. */
export function findServer(
  servers: readonly Server[],
  address: Address,
): (Server & { readonly path: string }) | undefined {
  for (const { url, ambient } of servers) {
    const path = pathBelow(url, address);
    if (path !== undefined) return { url: url.replace(/\/$/, ''), ambient, path };
  }
  return undefined;
}

function originOf({ url: { protocol, host, hostname }, isSsh }: Address): string {
  return isSsh ? `https://${hostname}` : `${protocol}//${host}`;
}

/** An address for SSH contains neither the server's port nor its path. */
function pathBelow(server: string, { url, isSsh }: Address): string | undefined {
  const base = URL.parse(server.endsWith('/') ? server : `${server}/`);
  if (base === null || (isSsh ? base.hostname !== url.hostname : base.host !== url.host)) return undefined;
  const prefix = isSsh ? '/' : base.pathname;
  if (!url.pathname.startsWith(prefix)) return undefined;
  return url.pathname
    .slice(prefix.length)
    .replace(/\/$/, '')
    .replace(/\.git$/, '');
}
