import { PromoteError } from '../errors.ts';
import { branchRef } from './branch-name.ts';
import type { Branches } from './branches.ts';
import { assertWritablePath, pathAndAncestors, planChanges } from './changes.ts';
import type { Author, Objects } from './objects.ts';
import type { CommitOutcome, CommitRequest } from './repository.ts';

/**
 * Writes the requested commit and advances the branch to it. A request that changes nothing on a branch that is at
 * `parent` writes nothing and answers with `parent`.
 */
export async function commit(
  { objects, branches }: { readonly objects: Objects; readonly branches: Branches },
  author: Author,
  request: CommitRequest,
): Promise<CommitOutcome> {
  branchRef(request.branch);
  for (const path of request.files.keys()) assertWritablePath(path, request.ciFiles);
  const paths = new Set([...request.files.keys()].flatMap(pathAndAncestors));
  const entries = await objects.entries(request.parent, [...paths]);
  const changes = planChanges(request.parent, request.files, entries);
  if (changes.length === 0 && request.expected === request.parent) return await unchanged(branches, request);
  const { branch, expected, parent, date } = request;
  const made = await objects.write({ parent, changes, message: cleanMessage(request.message), author, date });
  return await branches.advance({ branch, expected, commit: made, parent, changes });
}

/** Throws `CONFIGURATION` where name or e-mail cannot stand in a commit's header. */
export function assertAuthor({ name, email }: Author): void {
  if (name.trim() !== '' && !/[<>\x00-\x1f]/.test(name + email)) return;
  throw new PromoteError(
    'CONFIGURATION',
    `commit author ${JSON.stringify(`${name} <${email}>`)}: not a name and an e-mail`,
  );
}

async function unchanged(branches: Branches, { branch, parent }: CommitRequest): Promise<CommitOutcome> {
  const actual = (await branches.head(branch))?.commit;
  return actual === parent ? { kind: 'committed', commit: parent } : { kind: 'moved', actual };
}

function cleanMessage(message: string): string {
  return `${message.replaceAll('\r\n', '\n').replaceAll('\0', '').trim()}\n`;
}
