import type { Issue, Path } from '../diagnostics/issue.ts';
import type { WrittenCommits } from '../schema/environments.ts';
import type { Rule } from './rule.ts';

/** A forge signs only commits that name nobody, so an author and its signature exclude each other. */
export const forgesSignTheirOwn: Rule = ({ file: { commits: shared = {}, environments } }) => [
  ...issuesOf(shared, shared, ['commits'], shared),
  ...Object.entries(environments).flatMap(([name, { commits: own = {} }]) =>
    // A problem of the whole file's rules is reported once.
    Object.keys(own).length === 0
      ? []
      : issuesOf({ ...shared, ...own }, own, ['environments', name, 'commits'], shared),
  ),
];

function issuesOf(
  { signing, ...people }: WrittenCommits,
  own: WrittenCommits,
  path: Path,
  shared: WrittenCommits,
): readonly Issue[] {
  const isOne = own !== shared && shared.signing === 'forge' && own.signing === undefined;
  return (['author', 'committer'] as const).flatMap((role): readonly Issue[] => {
    if (signing !== 'forge' || people[role] === undefined) return [];
    if (isOne && own[role] === undefined) return [];
    const at = own[role] === undefined ? 'signing' : role;
    return [
      {
        path: [...path, at],
        at: 'key',
        message: `GitHub signs no commit that names its ${role}`,
        hint: `take ${role} out, or name a key in signing: { ssh: env://COMMIT_KEY }`,
      },
    ];
  });
}
