import { digestOf } from '../../oci/digest.ts';
import type { RepositoryName } from '../../oci/reference.ts';
import type { Issue } from '../diagnostics/issue.ts';
import type { Image, TagTemplate } from '../environments.ts';
import { normaliseImage, normaliseTags } from '../normalise/environments.ts';
import { fillTags } from '../tags/tags.ts';
import { placeImage, placementsOf } from './placements.ts';
import type { Judged, Rule } from './rule.ts';

/** Where one environment puts one image, and what it is called there. */
interface Place {
  readonly environment: string;
  readonly image: string;
  readonly repository: RepositoryName;
  readonly tags: readonly TagTemplate[];
  /** Whether the file lists the tags; they are the default otherwise. */
  readonly isListed: boolean;
}

/**
 * Environments that share a repository set different tags there, unless none of them moves: each would move the
 * other's back, or away from the digest that it never leaves.
 */
export const movingTagsHaveOneEnvironment: Rule = judged => {
  const places = placesOf(judged);
  const issues = places.flatMap((place, index) =>
    places
      .slice(0, index)
      .filter(other => other.environment !== place.environment && other.repository === place.repository)
      .flatMap(other => issuesBetween(other, place)),
  );
  // One that is shared for several images is told once.
  return [...new Map(issues.map(issue => [JSON.stringify(issue.path), issue])).values()];
};

function placesOf({ file }: Judged): readonly Place[] {
  const images = Object.entries(file.images).map(([name, image]) => normaliseImage(name, image));
  const placements = placementsOf(file.environments);
  return Object.entries(file.environments).flatMap(([environment, { tags }]) => {
    const own = placements.filter(placement => placement.environment === environment);
    const common = { environment, tags: normaliseTags(tags), isListed: tags !== undefined };
    return images.flatMap(image =>
      [...new Set(own.flatMap(({ registry }) => pushed(registry, image)))].map(repository => ({
        ...common,
        image: image.name,
        repository,
      })),
    );
  });
}

/** Nothing where it cannot be placed: another rule says so. */
function pushed(registry: Parameters<typeof placeImage>[0], image: Image): readonly RepositoryName[] {
  const places = placeImage(registry, image);
  return 'refusal' in places ? [] : places.slice(0, 1);
}

function issuesBetween(first: Place, second: Place): readonly Issue[] {
  return second.tags.flatMap((template, index): readonly Issue[] => {
    const clash = first.tags.find(
      other => (other.moves || template.moves) && meets([first, other], [second, template]),
    );
    if (clash === undefined) return [];
    const who = template.moves ? second.environment : first.environment;
    const path = ['environments', second.environment, 'tags', ...(second.isListed ? [index] : [])];
    const message = `the tag ${template.name} of ${second.environment} and ${clash.name} of ${first.environment} are one in ${second.repository}, and ${who} moves it`;
    const hint =
      'name the environment in it, such as {environment}-latest, or give each a registry of its own';
    return [{ path, at: 'value', message, hint }];
  });
}

/** Whether two templates call the same promotion the same. */
function meets(left: readonly [Place, TagTemplate], right: readonly [Place, TagTemplate]): boolean {
  return SAMPLE_TAGS.some(tag => filled(...left, tag) === filled(...right, tag));
}

const SAMPLE_TAGS = ['11.22.33', 'v11.22.33'];

function filled({ environment, image }: Place, template: TagTemplate, tag: string): string | undefined {
  const values = { image, environment, tag, digest: digestOf(tag) };
  return fillTags([{ ...template, moves: false }], values).tags[0]?.name;
}
