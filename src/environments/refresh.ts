import { canonicalRegistry, parseReference, type RepositoryName } from '../oci/reference.ts';
import type { AcceptedSigner } from './accepted-signers.ts';
import { matchesCron, parseCron } from './cron.ts';
import type { Refresh } from './environments.ts';
import { matchesGlob } from './locate.ts';

/** Whether pull requests are opened at the time. */
export function opensAt({ schedule }: Refresh, time: Date): boolean {
  if (schedule.length === 0) return true;
  return schedule.some(({ cron, timezone }) => {
    const parsed = parseCron(cron, timezone);
    return parsed !== undefined && matchesCron(parsed, time);
  });
}

/** The signers for an image of the repository; one of them must have signed it. Empty: no signature is needed. */
export function acceptedSigners(
  { signature }: Pick<Refresh, 'signature'>,
  repository: RepositoryName,
): readonly AcceptedSigner[] {
  return signature.filter(
    ({ images }) => images.length === 0 || images.some(glob => names(glob, repository)),
  );
}

/**
 * Whether a file is read. `isListed`: its kind is read without being named. Other files, such as
 * `.github/workflows/ci.yml`, need a glob that names the dot: `**` does not match them.
 */
export function includesFile({ include, exclude }: Refresh, path: string, isListed: boolean): boolean {
  if (exclude.some(glob => matchesGlob(path, glob, { dot: true }))) return false;
  return include === undefined ? isListed : include.some(glob => matchesGlob(path, glob, { dot: isListed }));
}

/** Whether images may come from the repository's registry. */
export function allowsRegistry({ registries }: Refresh, repository: RepositoryName): boolean {
  return registries.length === 0 || registries.some(place => `${repository}/`.startsWith(`${place}/`));
}

/**
 * The group that a repository is updated with: the first that names it, else its own, `node` or `ghcr-io-acme-base`.
 */
export function refreshGroup({ groups }: Refresh, repository: RepositoryName): string {
  const short = shortName(repository);
  const named = Object.entries(groups).find(([, members]) =>
    members.some(member => names(member, repository)),
  );
  return named?.[0] ?? short.replace(/[^a-z0-9]+/g, '-');
}

/** A repository as people write it: without Docker Hub's own names. */
export function shortName(repository: RepositoryName): string {
  const short = repository.replace(/^docker\.io\/(?:library\/)?/, '');
  return parseReference(short).repository === repository ? short : repository;
}

/** Whether a glob matches the repository in any of its spellings. */
function names(glob: string, repository: RepositoryName): boolean {
  const wanted = canonicalRegistry(glob);
  const official = repository.replace(/^docker\.io\/library\//, 'docker.io/');
  return [repository, shortName(repository), official].some(name => matchesGlob(name, wanted));
}
