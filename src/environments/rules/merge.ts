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

type WrittenPullRequest = Pick<NonNullable<WrittenEnvironment['pullRequest']>, 'merge' | 'method' | 'draft'>;

function issuesOf(written: WrittenPullRequest = {}, path: Path): readonly Issue[] {
  const { merge = 'manual', method, draft = false } = written;
  if (merge === 'automatic' && draft) {
    const message = 'a draft cannot be merged automatically';
    return [{ path: [...path, 'draft'], at: 'key', message, hint: 'take `draft` out' }];
  }
  if (merge === 'automatic' || method === undefined) return [];
  const message = 'a method without an automatic merge';
  return [{ path: [...path, 'method'], at: 'key', message, hint: 'write `merge: automatic`' }];
}
