/** Who pushes a repository: its registry and the first part of its path; `undefined` for Docker's own library. */
export function ownerOf(repository: string): string | undefined {
  const [host = '', first = '', ...rest] = repository.split('/');
  if (first === '' || rest.length === 0 || (host === 'docker.io' && first === 'library')) return undefined;
  return `${host}/${first}`;
}

/** The owner of the most images: theirs are taken for the ones that are built here. */
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
