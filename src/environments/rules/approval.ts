import type { Issue } from '../diagnostics/issue.ts';
import type { Rule } from './rule.ts';

/** An approval does not ask for more people than may give it. */
export const approvalCanBeReached: Rule = ({ file }) =>
  approvalsIn(file).flatMap(({ path, count, users, teams }) => {
    const able = new Set(users).size;
    if (able === 0 || teams.length > 0 || count <= able) return [];
    return [
      {
        path: [...path, 'count'],
        at: 'value',
        message: `${count} approvals are needed, but ${able} may approve`,
        hint: 'name more users, or ask for fewer approvals',
      },
    ];
  });

/** A review needs a pull request to stand on. */
export const reviewNeedsPullRequest: Rule = ({ file }) => {
  const reviewed = approvalsIn(file).filter(({ commit, by }) => commit === 'direct' && by === 'review');
  return [...new Set(reviewed.map(({ name }) => name))].map(name => ({
    path: ['environments', name, 'commit'],
    at: 'value',
    message: 'approval by review cannot be given to a direct commit',
    hint: 'write `commit: pull-request`, or another `by` for the approval',
  }));
};

/** A protected environment needs one approval, and a name that is only stated belongs to no team. */
export const approvalFitsItsWay: Rule = ({ file }) =>
  approvalsIn(file).flatMap(({ path, by, count, teams }): readonly Issue[] => {
    if (by === 'environment' && count > 1) {
      const message = `${count} approvals by environment, but a protected environment asks for one`;
      return [{ path: [...path, 'count'], at: 'value', message, hint: 'write `count: 1`, or `by: review`' }];
    }
    if (by !== 'stated' || teams.length === 0) return [];
    const message = 'whoever is stated to have approved cannot be looked up in a team';
    return [{ path: [...path, 'teams'], at: 'key', message, hint: 'name users, or write `by: review`' }];
  });

type File = Parameters<Rule>[0]['file'];

/** Each approval that is written, with its defaults; a rollback's come from the environment's own. */
function approvalsIn({ environments }: File) {
  return Object.entries(environments).flatMap(([name, { commit, gates, rollback }]) => {
    const own = gates?.approval;
    const back = rollback?.approval && { ...own, count: 1, ...rollback.approval };
    const written = [
      { at: ['gates', 'approval'], approval: own },
      { at: ['rollback', 'approval'], approval: back },
    ];
    return written.flatMap(({ at, approval }) => {
      if (approval === undefined) return [];
      const { by = 'review', count = 1, users = [], teams = [] } = approval;
      return [{ name, commit, path: ['environments', name, ...at], by, count, users, teams }];
    });
  });
}
