import type { Rule } from './rule.ts';

/** An approval does not ask for more people than may give it. */
export const approvalCanBeReached: Rule = ({ file }) =>
  Object.entries(file.environments).flatMap(([name, { gates }]) => {
    const { count = 1, users = [], teams = [] } = gates?.approval ?? {};
    const able = new Set(users).size;
    if (able === 0 || teams.length > 0 || count <= able) return [];
    return [
      {
        path: ['environments', name, 'gates', 'approval', 'count'],
        at: 'value',
        message: `${count} approvals are needed, but ${able} may approve`,
        hint: 'name more users, or ask for fewer approvals',
      },
    ];
  });

/** A review needs a pull request to stand on. */
export const reviewNeedsPullRequest: Rule = ({ file }) =>
  Object.entries(file.environments)
    .filter(([, { commit, gates }]) => commit === 'direct' && (gates?.approval?.by ?? 'review') === 'review')
    .filter(([, { gates }]) => gates?.approval !== undefined)
    .map(([name]) => ({
      path: ['environments', name, 'commit'],
      at: 'value',
      message: 'approval by review cannot be given to a direct commit',
      hint: 'write `commit: pull-request`, or another `by` for the approval',
    }));
