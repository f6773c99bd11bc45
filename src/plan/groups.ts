import type { Grouping } from '../environments/environments.ts';

/** A group's name; for an environment-wide group the word `all`. */
export type GroupName = string;

/** Which group an image's promotion belongs to. An image that no named group lists stands alone. */
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

/** Whether the group goes only as a whole: one closed member closes all. */
export function isIndivisible(grouping: Grouping, group: GroupName): boolean {
  return grouping.kind === 'named' && Object.hasOwn(grouping.groups, group);
}
