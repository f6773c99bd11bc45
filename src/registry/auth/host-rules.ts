import { PromoteError } from '../../errors.ts';
import { guardAddress, isLoopback } from '../../http/address.ts';
import { redactUrl } from '../../secrets/url.ts';

/** The special settings of a registry's host. */
export interface HostRule {
  /** Whether plain HTTP is used; absent: on loopback alone. */
  readonly insecure?: boolean | undefined;
  /** The only token services that get credentials; absent: those that the registry names. */
  readonly realms?: readonly URL[] | undefined;
  /** Other addresses that blobs may be uploaded to. */
  readonly uploads: readonly URL[];
  /** Registries, perhaps with a path, that are asked first for content named by its digest. */
  readonly mirrors: readonly string[];
}

/** Rules by the registry's own name. */
export type HostRules = ReadonlyMap<string, HostRule>;

const HUB = 'docker.io';
const HUB_HOST = 'registry-1.docker.io';

/** The URL of a registry: HTTPS, or plain HTTP on loopback, unless its rule says otherwise. */
export function registryUrl(registry: string, rule: Pick<HostRule, 'insecure'> | undefined): URL {
  const host = registry === HUB ? HUB_HOST : registry;
  const { hostname } = new URL(`https://${host}/`);
  const isPlain = rule?.insecure ?? isLoopback(hostname);
  return new URL(`${isPlain ? 'http' : 'https'}://${host}/`);
}

/** Throws `UNREACHABLE` for a token service that credentials must not be sent to. */
export function guardRealm(realm: URL, base: URL, operation: string, rule: HostRule | undefined): void {
  const realms = rule?.realms;
  guardAddress(realm, base, operation, realms);
  const isAllowed = realms?.some(
    ({ origin, pathname }) => origin === realm.origin && (pathname === '/' || pathname === realm.pathname),
  );
  if (isAllowed ?? true) return;
  throw new PromoteError(
    'UNREACHABLE',
    `${operation}: ${base.host} names ${redactUrl(realm)} as its token service, which its realms do not list`,
    { hint: `add it to hosts.${base.host}.realms in the environments file, if it is the registry's own` },
  );
}

/** Throws `UNREACHABLE` for an address that blobs must not be sent to. */
export function guardUpload(location: URL, base: URL, operation: string, rule: HostRule | undefined): void {
  guardAddress(location, base, operation, rule?.uploads);
}
