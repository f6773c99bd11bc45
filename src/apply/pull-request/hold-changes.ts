import { type HoldChange, holdChanges } from '../../environments/holds/hold-changes.ts';
import type { Hold } from '../../environments/holds/holds.ts';
import { kindOf } from '../../plan/groups.ts';
import { readableHolds } from '../holds.ts';
import { readHolds } from './read-change.ts';
import type { Scene } from './scene.ts';

/** What a group's head keeps out or lets in that the base does not; promotions are not looked at. */
export async function readHoldChanges(
  { environment, files }: Scene,
  group: string,
  head: string,
): Promise<readonly HoldChange[]> {
  if (kindOf(group) === 'promotion') return [];
  const ours = ({ environment: name }: Hold) => name === environment.name;
  const [before, after] = [files.holds, await readHolds(files.repository, head)].map(readableHolds);
  return holdChanges((before ?? []).filter(ours), (after ?? []).filter(ours));
}
