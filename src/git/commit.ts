import { cleanMessage, type Identity, identityOf } from './author.ts';
import { branchRef } from './branch-name.ts';
import type { Branches } from './branches.ts';
import { assertWritablePath, pathAndAncestors, planChanges } from './changes.ts';
import { moveOrGoOn } from './move-on.ts';
import type { Objects } from './objects.ts';
import type { CommitOutcome, CommitRequest } from './repository.ts';

/**
 * Writes the requested commit and advances the branch to it. A request that changes nothing on a branch that is at
 * `parent` writes nothing and answers with `parent`.
 */
export async function commit(
  { objects, branches }: { readonly objects: Objects; readonly branches: Branches },
  opened: Identity,
  request: CommitRequest,
): Promise<CommitOutcome> {
  branchRef(request.branch);
  for (const path of request.files.keys()) assertWritablePath(path, request.ciFiles);
  const paths = new Set([...request.files.keys()].flatMap(pathAndAncestors));
  const entries = await objects.entries(request.parent, [...paths]);
  const changes = planChanges(request.parent, request.files, entries);
  if (changes.length === 0 && request.expected === request.parent) return await unchanged(branches, request);
  const { branch, expected, parent, date } = request;
  const { signOff, ...makers } = identityOf(opened, request.as);
  const message = cleanMessage(request.message, signOff ? makers.author : undefined);
  return await moveOrGoOn(request, async second => {
    if (second !== undefined) await objects.expect([second]);
    const made = await objects.write({ parent, second, changes, message, ...makers, date });
    return await branches.advance({ branch, expected, commit: made, parent, changes });
  });
}

async function unchanged(branches: Branches, { branch, parent }: CommitRequest): Promise<CommitOutcome> {
  const actual = (await branches.head(branch))?.commit;
  return actual === parent ? { kind: 'committed', commit: parent } : { kind: 'moved', actual };
}
