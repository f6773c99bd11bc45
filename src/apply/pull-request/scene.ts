import type { Environment, Environments } from '../../environments/environments.ts';
import type { Forge } from '../../forges/forge.ts';
import type { HistoryEvent } from '../../plan/history.ts';
import type { Base } from '../../plan/snapshot.ts';
import type { Effects, PromotionRequest } from '../effects.ts';
import type { EditHolds } from '../holds.ts';
import type { PinnedFiles } from '../read-pins.ts';

/** What everything about an environment's pull requests has in common within one run. */
export interface Scene {
  readonly effects: Effects;
  readonly forge: Forge;
  readonly environments: Environments;
  readonly environment: Environment;
  readonly request: PromotionRequest;
  readonly base: Base;
  /** The environment's files at the base. */
  readonly files: PinnedFiles;
  /** What the group does to the holds, given those of a commit that may have done it; absent: as promotions do. */
  readonly editHolds?: (proposed: string | undefined) => EditHolds;
  /** The commits that the group takes back, newest first; absent: none. */
  readonly reverts?: readonly Pick<HistoryEvent, 'commit' | 'subject'>[];
}

/** The branch that a group is proposed on, and the name of its status. */
export function branchOf({ environment }: Pick<Scene, 'environment'>, group: string): string {
  return `promote/${environment.name}/${group}`;
}
