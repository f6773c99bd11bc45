import { digestOf } from '../../oci/digest.ts';
import type { RepositoryName } from '../../oci/reference.ts';
import type { Issue } from '../diagnostics/issue.ts';
import type { Image, TagTemplate } from '../environments.ts';
import { normaliseImage, normaliseTags } from '../normalise/environments.ts';
import { fillTags, type TagValues } from '../tags/tags.ts';
import { placeImage, placementsOf } from './placements.ts';
import type { Judged, Rule } from './rule.ts';

/** The repository and tags of one image in one environment. */
interface Place {
  readonly environment: string;
  readonly image: string;
  readonly repository: RepositoryName;
  readonly tags: readonly TagTemplate[];
  /** Whether the file lists the tags; they are the default otherwise. */
  readonly isListed: boolean;
}

/**
 * Environments that share a repository set different tags there, unless none of the tags moves. Otherwise each would
 * move the other's tag.
 */
export const movingTagsHaveOneEnvironment: Rule = judged => {
  const known = new Map<string, Claim[]>();
  const issues = placesOf(judged).flatMap(place => {
    const claims = place.tags.flatMap((template, index) =>
      SAMPLE_TAGS.map(sample => ({ place, template, index, name: filled(place, template, sample) })),
    );
    const clashes = claims.flatMap(claim => issueOf(claim, known.get(keyOf(claim)) ?? []));
    for (const claim of claims) remember(known, claim);
    return clashes;
  });
  // A tag that several images share is reported once.
  return [...new Map(issues.map(issue => [JSON.stringify(issue.path), issue])).values()];
};

/** A tag as one environment sets it in one repository. */
interface Claim {
  readonly place: Place;
  readonly template: TagTemplate;
  readonly index: number;
  readonly name: string | undefined;
}

/** Keeps at most two claims on a tag that move it, and two that do not: any clash is with one of these. */
function remember(known: Map<string, Claim[]>, claim: Claim): void {
  const key = keyOf(claim);
  const claims = known.get(key) ?? [];
  const alike = claims.filter(({ template }) => template.moves === claim.template.moves);
  const isKnown = alike.some(({ place }) => place.environment === claim.place.environment);
  if (alike.length < 2 && !isKnown) known.set(key, [...claims, claim]);
}

function keyOf({ place, name }: Claim): string {
  return `${place.repository} ${name}`;
}

function issueOf(claim: Claim, others: readonly Claim[]): readonly Issue[] {
  const { place, template, index } = claim;
  const clash = others.find(
    other => other.place.environment !== place.environment && (other.template.moves || template.moves),
  );
  if (clash === undefined) return [];
  const first = clash.place.environment;
  const who = template.moves ? place.environment : first;
  const path = ['environments', place.environment, 'tags', ...(place.isListed ? [index] : [])];
  const message = `the tag ${template.name} of ${place.environment} and ${clash.template.name} of ${first} are one in ${place.repository}, and ${who} moves it`;
  const hint = 'name the environment in it, such as {environment}-latest, or give each a registry of its own';
  return [{ path, at: 'value', message, hint }];
}

function placesOf({ file }: Judged): readonly Place[] {
  const images = Object.entries(file.images).map(([name, image]) => normaliseImage(name, image));
  const placements = Map.groupBy(placementsOf(file.environments), ({ environment }) => environment);
  return Object.entries(file.environments).flatMap(([environment, { tags }]) => {
    const own = placements.get(environment) ?? [];
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

/** The repository of an image; none if it has no place, which another rule reports. */
function pushed(registry: Parameters<typeof placeImage>[0], image: Image): readonly RepositoryName[] {
  const places = placeImage(registry, image);
  return 'refusal' in places ? [] : places.slice(0, 1);
}

const SAMPLE_PLATFORM = { os: 'linux', architecture: 'amd64' };

const SAMPLE_TAGS = ['11.22.33', 'v11.22.33'].map(tag => ({ tag, digest: digestOf(tag) }));

/** The tag that a template gives a sample promotion. */
function filled(
  { environment, image }: Place,
  template: TagTemplate,
  sample: Pick<TagValues, 'tag' | 'digest'>,
): string | undefined {
  const values = { image, environment, ...sample, platform: SAMPLE_PLATFORM };
  return fillTags([{ ...template, moves: false }], values).tags[0]?.name;
}
