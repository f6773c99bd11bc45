import { cleanMessage, type Identity, identityOf } from './author.ts';
import { branchRef } from './branch-name.ts';
import type { Branches } from './branches.ts';
import { assertWritablePath, pathAndAncestors } from './changes.ts';
import { changesOf, planChain, writeChain } from './commit-chain.ts';
import { moveOrGoOn } from './move-on.ts';
import type { Objects } from './objects.ts';
import type { CommitOutcome, CommitRequest } from './repository.ts';

/**
 * Writes the requested commit, and those below it, and advances the branch once. A request that changes nothing on a
 * branch that is at `parent` writes nothing and returns `parent`.
 */
export async function commit(
  { objects, branches }: { readonly objects: Objects; readonly branches: Branches },
  opened: Identity,
  request: CommitRequest,
): Promise<CommitOutcome> {
  branchRef(request.branch);
  const named = [...(request.below ?? []), request].flatMap(({ files }) => [...files.keys()]);
  for (const path of named) assertWritablePath(path, request.ciFiles);
  const paths = new Set(named.flatMap(pathAndAncestors));
  const chain = planChain(request, await objects.entries(request.parent, [...paths]));
  const isIdle = chain.every(({ changes }) => changes.length === 0);
  if (isIdle && request.expected === request.parent) return await unchanged(branches, request);
  const { branch, expected, parent, date } = request;
  const { signOff, ...makers } = identityOf(opened, request.as);
  const clean = (message: string) => cleanMessage(message, signOff ? makers.author : undefined);
  return await moveOrGoOn(request, async second => {
    if (second !== undefined) await objects.expect([second]);
    const made = await writeChain(request, chain, async ({ message, changes }, on) =>
      objects.write({ parent: on, second, changes, message: clean(message), ...makers, date }),
    );
    const top = made.at(-1) ?? parent;
    const moved = await branches.advance({
      branch,
      expected,
      commit: top,
      parent,
      changes: changesOf(chain),
    });
    const below = request.below && made.slice(0, -1);
    return moved.kind === 'committed' && below !== undefined ? { ...moved, below } : moved;
  });
}

async function unchanged(
  branches: Branches,
  { branch, parent, below }: CommitRequest,
): Promise<CommitOutcome> {
  const actual = (await branches.head(branch))?.commit;
  return actual === parent
    ? { kind: 'committed', commit: parent, below: below?.map(() => parent) }
    : { kind: 'moved', actual };
}
