import type { Environments } from '../../environments/environments.ts';
import { PromoteError } from '../../errors.ts';
import type { Repository } from '../../git/repository.ts';
import { editReferences } from '../../pins/references/edit.ts';
import { pinPaths } from '../../plan/image-pins.ts';
import type { RefreshGroup } from '../../plan/refresh/refresh-plan.ts';
import { readFiles } from '../read-pins.ts';

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
  const byFile = Map.groupBy(members, ({ site }) => site.file);
  const texts = await readFiles(repository, commit, path => byFile.has(path));
  const edited = new Map<string, string>();
  try {
    for (const [file, of] of byFile) {
      const text = texts.get(file);
      const [first] = of;
      if (text === undefined || first === undefined) return undefined;
      const edits = of.map(({ site: { locator, written }, update: { target } }) => ({
        locator,
        written,
        target,
      }));
      const after = editReferences(file, text, first.format, edits, pinPaths(environments, file));
      if (after !== text) edited.set(file, after);
    }
  } catch (error) {
    if (error instanceof PromoteError && error.code === 'PLAN_CHANGED') return undefined;
    throw error;
  }
  return edited;
}
