import { PromoteError } from '../../errors.ts';
import { guardAddress, isLoopback } from '../../http/address.ts';
import { redactUrl } from '../../secrets/url.ts';

/** What is special about a registry's host. */
export interface HostRule {
  /** Whether it is reached by plain HTTP; absent: on loopback alone. */
  readonly insecure?: boolean | undefined;
  /** The only token services that credentials are sent to; absent: those that the registry names. */
  readonly realms?: readonly URL[] | undefined;
  /** Where blobs may be besides the host. */
  readonly uploads: readonly URL[];
  /** Registries, perhaps with a path, that what is named by its digest is read from first. */
  readonly mirrors: readonly string[];
}

/** Rules by the registry's own name. */
export type HostRules = ReadonlyMap<string, HostRule>;

const HUB = 'docker.io';
const HUB_HOST = 'registry-1.docker.io';

/** Where a registry is reached: by HTTPS, but by plain HTTP on loopback, unless its rule says otherwise. */
export function registryUrl(registry: string, rule: Pick<HostRule, 'insecure'> | undefined): URL {
  const host = registry === HUB ? HUB_HOST : registry;
  const { hostname } = new URL(`https://${host}/`);
  const isPlain = rule?.insecure ?? isLoopback(hostname);
  return new URL(`${isPlain ? 'http' : 'https'}://${host}/`);
}

/** Refuses (`UNREACHABLE`) a token service that credentials must not be sent to. */
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

/** Refuses (`UNREACHABLE`) an address that blobs must not be sent to. */
export function guardUpload(location: URL, base: URL, operation: string, rule: HostRule | undefined): void {
  guardAddress(location, base, operation, rule?.uploads);
}
