import { PromoteError } from '../errors.ts';
import { branchRef } from './branch-name.ts';
import type { Head } from './repository.ts';

/** What a remote advertises. */
export interface RemoteRefs {
  readonly commits: ReadonlyMap<string, string>;
  /** The ref that the remote's HEAD points at. */
  readonly head: string | undefined;
}

/** The head of a branch, or of the default branch; throws `NOT_FOUND` where the remote's HEAD names none. */
export function headOf(
  remote: string,
  { commits, head }: RemoteRefs,
  branch: string | undefined,
): Head | undefined {
  if (branch !== undefined) return headAt(branch, commits.get(branchRef(branch)));
  if (head?.startsWith('refs/heads/')) return headAt(head.slice('refs/heads/'.length), commits.get('HEAD'));
  if (!commits.has('HEAD')) return undefined;
  throw new PromoteError('NOT_FOUND', `${remote}: its HEAD names no branch, so it has no default branch`, {
    hint: 'name the branch in the environments file: `deployments.branch`',
  });
}

/** The heads of the branches below a prefix; each entry is a commit and its ref. */
export function headsBelow(prefix: string, refs: readonly (readonly string[])[]): readonly Head[] {
  const below = `refs/heads/${prefix}`;
  return refs.flatMap(([commit = '', ref = '']) =>
    ref.startsWith(below) ? [{ branch: ref.slice('refs/heads/'.length), commit }] : [],
  );
}

function headAt(branch: string, commit: string | undefined): Head | undefined {
  return commit === undefined ? undefined : { branch, commit };
}
