import { historyOf } from './history.ts';
import { branchHead, gitText, type Pull, type User, type World } from './world.ts';

/** An account as everybody sees it. */
export function account({ id, login }: User) {
  return { id, login, full_name: '', is_admin: false };
}

/** `WORK_IN_PROGRESS_PREFIXES` of `modules/setting/repository.go`. */
export function isDraft({ title }: Pull): boolean {
  return /^(WIP:|\[WIP\])/i.test(title);
}

/** Whether it merges without conflicts; a branch on top of its base does. */
export function isMergeable(world: World, pull: Pull): boolean {
  const [base = '', head = pull.head] = [branchHead(world, pull.base), branchHead(world, pull.branch)];
  if (historyOf(world.bare, head).has(base)) return true;
  return gitText(world, 'merge-tree', '--write-tree', base, head) !== undefined;
}
