import type { SiteGroup } from './data.ts';
import { httpsUrl } from './https-url.ts';
import type { PlannedGroups } from './input.ts';
import { siteVerdicts } from './verdicts.ts';

/** Promotions of an environment that are ready, waiting or closed. */
export function siteGroups(
  environment: string,
  groups: PlannedGroups,
  isPublic: boolean,
): readonly SiteGroup[] {
  return groups.flatMap(({ group, pullRequest }): readonly SiteGroup[] => {
    const { state, plan: decided, verdicts, images } = group;
    if (state === 'nothing' || state === 'done') return [];
    return [
      {
        environment,
        name: group.group,
        state,
        plan: decided?.digest ?? null,
        pullRequest: isPublic ? undefined : httpsUrl(pullRequest),
        verdicts: siteVerdicts(verdicts, isPublic),
        images: images.map(member => ({
          image: member.image,
          digest: member.digest,
          verdicts: siteVerdicts(member.verdicts, isPublic),
          error: isPublic ? undefined : member.error?.message,
        })),
      },
    ];
  });
}
