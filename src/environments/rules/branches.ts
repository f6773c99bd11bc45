import { branchPrefix } from '../commits.ts';
import type { Issue } from '../diagnostics/issue.ts';
import { normaliseCommits } from '../normalise/commits.ts';
import { normaliseDeployment } from '../normalise/environments.ts';
import type { Rule } from './rule.ts';

/**
 * No two environments share branches, so that a branch shows whose proposal it is. The deployed branch is no
 * proposal.
 */
export const branchesTellEnvironments: Rule = ({ file }) => {
  const { commits: shared, environments, refresh, mirrors = [] } = file;
  const named = Object.entries(environments).map(([name, environment]) => {
    const { commits: own } = environment;
    const prefix = branchPrefix({ name, commits: normaliseCommits(shared, own) });
    const path =
      own?.branch === undefined ? ['commits', 'branch'] : ['environments', name, 'commits', 'branch'];
    return { name, prefix, path, deployed: normaliseDeployment(environment, file).branch };
  });
  // Without templates of their own, the environments' names keep their branches apart.
  if (shared?.branch === undefined && named.every(({ path }) => path.length === 2)) return [];
  const refreshed = { name: 'refresh', commits: normaliseCommits(shared) };
  const all = [
    ...named,
    ...(refresh === undefined ? [] : [{ name: 'refresh', prefix: branchPrefix(refreshed) }]),
    ...(mirrors.some(({ pins }) => pins === true)
      ? [{ name: 'mirror', prefix: branchPrefix({ ...refreshed, name: 'mirror' }) }]
      : []),
  ];
  return named.flatMap(({ name, prefix, path, deployed }): readonly Issue[] => {
    const other = all.find(one => one.name !== name && one.prefix.startsWith(prefix));
    if (other !== undefined) {
      const message = `the branches of ${other.name} would be taken for those of ${name}: they begin with ${prefix} too`;
      return [
        {
          path,
          at: 'value',
          message,
          hint: 'give each environment branches of its own: {environment}/{group}',
        },
      ];
    }
    const hint = 'let the template begin with another word';
    if (deployed?.startsWith(prefix)) {
      const message = `the deployed branch ${deployed} would be taken for a proposal of ${name}`;
      return [{ path, at: 'value', message, hint }];
    }
    if (deployed === undefined || !prefix.startsWith(`${deployed}/`)) return [];
    const message = `Git keeps no branch ${prefix}… beside the deployed branch ${deployed}`;
    return [{ path, at: 'value', message, hint }];
  });
};
