import { canonicalHost, canonicalRegistry } from '../../oci/reference.ts';
import type { Host } from '../environments.ts';
import type { Written } from '../schema/environments.ts';

/** The settings of hosts, each under its canonical name. */
export function normaliseHosts(written: Written['hosts']): readonly Host[] | undefined {
  if (written === undefined) return undefined;
  return Object.entries(written).map(([name, { uploads = [], mirrors = [], ...host }]) => ({
    ...host,
    name: canonicalHost(name),
    uploads,
    mirrors: mirrors.map(canonicalRegistry),
  }));
}
