import type { Grouping } from '../environments/environments.ts';
import { STOPPED } from '../environments/holds/holds.ts';
import type { DecisionKind } from './plan.ts';

/** A group's name; for an environment-wide group the word `all`. */
export type GroupName = string;

/** Which group an image's promotion belongs to. An image that no named group lists is a group of its own. */
export function groupOf(grouping: Grouping, image: string): GroupName {
  switch (grouping.kind) {
    case 'image':
      return image;
    case 'environment':
      return 'all';
    case 'named':
      return Object.entries(grouping.groups).find(([, images]) => images.includes(image))?.[0] ?? image;
  }
}

/** The prefix of rollback groups' names; the plus sign keeps them apart from promotions' groups. */
export const ROLLBACK = 'rollback+';

/** The name of the group of images that are rolled back together. */
export function rollbackGroup(images: readonly string[]): GroupName {
  const [only, ...others] = new Set(images);
  return `${ROLLBACK}${only !== undefined && others.length === 0 ? only : 'all'}`;
}

/** The name of the group that changes the holds on an image. */
export function holdGroup(image: string): GroupName {
  // An image's name begins with a letter or digit, and an override's with a plus sign. A branch's name cannot
  // hold an asterisk.
  return `hold+${image === STOPPED ? '_all' : image.replace(/^\+/, '_')}`;
}

/** Whether it is a group of promotions. */
export function isPromotion(group: GroupName): boolean {
  return !group.startsWith(ROLLBACK) && !group.startsWith(holdGroup(''));
}

/** What kind of decision a group of this name is. */
export function kindOf(group: GroupName): DecisionKind {
  if (isPromotion(group)) return 'promotion';
  return group.startsWith(ROLLBACK) ? 'rollback' : 'hold';
}

/** Whether one closed member closes the whole group. */
export function isIndivisible(grouping: Grouping, group: GroupName): boolean {
  return grouping.kind === 'named' && Object.hasOwn(grouping.groups, group);
}
