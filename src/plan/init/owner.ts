/** Who pushes a repository: its registry and the first part of its path; `undefined` for Docker's own library. */
export function ownerOf(repository: string): string | undefined {
  const [host = '', first = '', ...rest] = repository.split('/');
  if (first === '' || rest.length === 0 || (host === 'docker.io' && first === 'library')) return undefined;
  return `${host}/${first}`;
}

/** The owner of the most images, which are assumed to be built here. */
export function chooseOwner(repositories: readonly string[]): string | undefined {
  const owners = Map.groupBy(new Set(repositories), ownerOf);
  const known = [...owners].flatMap(([owner, own]) =>
    owner === undefined ? [] : [{ owner, count: own.length }],
  );
  return known.sort((one, other) => other.count - one.count)[0]?.owner;
}

/** The longest path that all repositories have before their own names. */
export function commonRegistry(repositories: readonly string[]): string {
  const [first = [], ...others] = repositories.map(repository => repository.split('/').slice(0, -1));
  const end = first.findIndex((segment, index) => others.some(other => other[index] !== segment));
  return first.slice(0, end < 0 ? undefined : end).join('/');
}

/** Registries where anybody may push what others run. */
const PUBLIC: readonly string[] = [
  'docker.io',
  'gcr.io',
  'ghcr.io',
  'lscr.io',
  'mcr.microsoft.com',
  'public.ecr.aws',
  'quay.io',
  'registry.gitlab.com',
  'registry.k8s.io',
];

/** Whether a registry is a public one, and nothing in its path is the owner of the Git repository. */
export function isDoubtful(registry: string, gitOwner: string | undefined): boolean {
  const [host = '', ...path] = registry.split('/');
  if (!PUBLIC.includes(host)) return false;
  return gitOwner === undefined || !path.some(part => part.toLowerCase() === gitOwner.toLowerCase());
}

/** Who owns a Git repository, by its address: the first part of its path. */
export function gitOwner(address: string | undefined): string | undefined {
  return /^(?:[a-z+]+:\/\/[^/]+\/|[^/@]+@[^:/]+:)([^/]+)\/[^/]/.exec(address ?? '')?.[1];
}
