import type { Environments } from '../../environments/environments.ts';
import { environmentNamed, imageNamed } from '../../environments/locate.ts';
import { PromoteError } from '../../errors.ts';
import type { NeededBuild } from '../../plan/rebuild.ts';
import type { SurveyedImage } from '../../reports/vulnerabilities/survey.ts';
import type { Effects } from '../../run/effects.ts';
import { surveyVulnerabilities } from '../vulnerabilities/survey.ts';

/** Whether an image has vulnerabilities over a gate's limit where it is pinned; throws `INVALID` if unknown. */
export type IsVulnerable = (build: NeededBuild) => Promise<boolean>;

/** Reads today's scan reports, but only where an image is built anew for its vulnerabilities alone. */
export async function readVulnerable(
  effects: Effects,
  environments: Environments,
  needed: readonly NeededBuild[],
): Promise<IsVulnerable> {
  const asking = needed.filter(({ image }) => imageNamed(environments, image).rebuild?.when === 'vulnerable');
  const gated = [...new Set(asking.flatMap(build => build.environments))].filter(
    name => environmentNamed(environments, name).gates.vulnerabilities !== undefined,
  );
  const survey =
    gated.length === 0 ? [] : (await surveyVulnerabilities(effects, environments, gated)).environments;
  return async ({ image, environments: names }) => {
    const own = survey.filter(({ name }) => names.includes(name));
    const found = own.flatMap(({ images }) => images.filter(one => one.image === image));
    if (found.some(isOver)) return true;
    const [failure] = own.flatMap(({ failures }) => failures);
    const gap = found.find(({ state }) => state !== 'scanned');
    if (failure === undefined && gap === undefined && found.length > 0) return false;
    const why = gap?.gaps[0] ?? failure?.message ?? `none of ${names.join(', ')} has the gate`;
    throw new PromoteError('INVALID', `whether ${image} is vulnerable is not known: ${why}`, {
      hint: failure?.hint ?? 'attach a scan report of it: promote report attach --help',
    });
  };
}

function isOver({ findings }: SurveyedImage): boolean {
  return findings.some(finding => finding.isOver);
}
