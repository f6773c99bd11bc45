import type { Grouping } from '../environments/environments.ts';
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

/** How the names of rollbacks' groups begin; the plus sign keeps them apart from every promotion's. */
export const ROLLBACK = 'rollback+';

/** The name of what is rolled back together. */
export function rollbackGroup(images: readonly string[]): GroupName {
  const [only, ...others] = new Set(images);
  return `${ROLLBACK}${only !== undefined && others.length === 0 ? only : 'all'}`;
}

/** The name of what changes the holds on an image. */
export function holdGroup(image: string): GroupName {
  return `hold+${image}`;
}

/** Whether promotions are what the group holds. */
export function isPromotion(group: GroupName): boolean {
  return !group.startsWith(ROLLBACK) && !group.startsWith(holdGroup(''));
}

/** What a group of this name decides about. */
export function kindOf(group: GroupName): DecisionKind {
  if (isPromotion(group)) return 'promotion';
  return group.startsWith(ROLLBACK) ? 'rollback' : 'hold';
}

/** Whether the group goes only as a whole: one closed member closes all. */
export function isIndivisible(grouping: Grouping, group: GroupName): boolean {
  return grouping.kind === 'named' && Object.hasOwn(grouping.groups, group);
}
