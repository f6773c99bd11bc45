import type { Environments } from '../../environments/environments.ts';
import { PromoteError } from '../../errors.ts';
import { readFiles } from '../../git/read-files.ts';
import type { Repository } from '../../git/repository.ts';
import { pinPaths } from '../../plan/image-pins.ts';
import { editReferences } from '../../plan/refresh/edit-references.ts';
import type { RefreshGroup } from '../../plan/refresh/refresh-plan.ts';

/**
 * The files that a group changes on top of a commit, none where it holds the group already; `undefined` where a
 * reference is neither as it was nor as it shall be.
 */
export async function editGroup(
  environments: Environments,
  repository: Repository,
  commit: string,
  { members }: RefreshGroup,
): Promise<ReadonlyMap<string, string> | undefined> {
  const byFile = Map.groupBy(members, ({ site }) => site.pin.file);
  const texts = await readFiles(repository, commit, path => byFile.has(path));
  const edited = new Map<string, string>();
  try {
    for (const [file, of] of byFile) {
      const text = texts.get(file);
      if (text === undefined) return undefined;
      const edits = of.map(({ site: { pin, written }, update: { target } }) => ({
        locator: pin.locator,
        written,
        target,
      }));
      const after = editReferences(file, text, edits, pinPaths(environments, file));
      if (after !== text) edited.set(file, after);
    }
  } catch (error) {
    if (error instanceof PromoteError && error.code === 'PLAN_CHANGED') return undefined;
    throw error;
  }
  return edited;
}
