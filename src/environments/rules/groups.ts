import type { Issue, Path } from '../diagnostics/issue.ts';
import { suggest } from '../diagnostics/suggest.ts';
import type { Judged, Rule } from './rule.ts';

type Groups = Readonly<Record<string, readonly string[]>>;

/** Named groups contain existing images, each in one group. No group has the name of an image outside it. */
export const groupsHoldImages: Rule = judged =>
  Object.entries(judged.file.environments).flatMap(([name, { pullRequest }]) => {
    const group = pullRequest?.group;
    if (group === undefined || typeof group === 'string') return [];
    const path = ['environments', name, 'pullRequest', 'group'];
    return [...membersOf(group, path, judged), ...namesOf(group, path, judged)];
  });

function membersOf(groups: Groups, path: Path, { imageNames }: Judged): readonly Issue[] {
  const seen = new Map<string, string>();
  return Object.entries(groups).flatMap(([group, images]) =>
    images.flatMap((image, index): readonly Issue[] => {
      const at = { path: [...path, group, index], at: 'value' } as const;
      const other = seen.get(image);
      seen.set(image, group);
      if (!imageNames.has(image)) {
        const message = `there is no image ${JSON.stringify(image)}`;
        return [{ ...at, message, hint: () => suggest(image, [...imageNames]) }];
      }
      if (other === undefined) return [];
      return [
        { ...at, message: `image ${image} is in group ${other} already`, hint: 'name each image once' },
      ];
    }),
  );
}

function namesOf(groups: Groups, path: Path, { imageNames }: Judged): readonly Issue[] {
  const grouped = new Set(Object.values(groups).flat());
  return Object.keys(groups)
    .filter(group => imageNames.has(group) && !grouped.has(group))
    .map(group => ({
      path: [...path, group],
      at: 'key',
      message: `group ${group} has the name of an image that is in no group`,
      hint: 'give the group another name, or put the image in a group',
    }));
}
