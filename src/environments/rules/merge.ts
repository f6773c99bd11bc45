import type { Issue, Path } from '../diagnostics/issue.ts';
import type { WrittenEnvironment } from '../schema/environments.ts';
import type { Rule } from './rule.ts';

/** A merge method says how an automatic merge is made, and a draft is not merged. */
export const mergeIsPossible: Rule = ({ file: { environments, refresh } }) => [
  ...Object.entries(environments).flatMap(([name, { pullRequest }]) =>
    issuesOf(pullRequest, ['environments', name, 'pullRequest']),
  ),
  ...issuesOf(refresh?.pullRequest, ['refresh', 'pullRequest']),
];

type WrittenPullRequest = Pick<
  NonNullable<WrittenEnvironment['pullRequest']>,
  'merge' | 'method' | 'draft' | 'deleteBranch'
>;

function issuesOf(written: WrittenPullRequest = {}, path: Path): readonly Issue[] {
  const { merge = 'manual', method, draft = false, deleteBranch } = written;
  if (merge === 'automatic' && draft) {
    const message = 'a draft cannot be merged automatically';
    return [{ path: [...path, 'draft'], at: 'key', message, hint: 'take `draft` out' }];
  }
  if (merge === 'automatic') return [];
  const hint = 'write `merge: automatic`';
  return [
    ...(method === undefined
      ? []
      : [
          {
            path: [...path, 'method'],
            at: 'key' as const,
            message: 'a method without an automatic merge',
            hint,
          },
        ]),
    ...(deleteBranch === undefined
      ? []
      : [
          {
            path: [...path, 'deleteBranch'],
            at: 'key' as const,
            message: 'a branch is deleted only after an automatic merge',
            hint,
          },
        ]),
  ];
}
