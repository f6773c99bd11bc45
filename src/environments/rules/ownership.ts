import type { RepositoryName } from '../../oci/reference.ts';
import type { Issue, Path } from '../diagnostics/issue.ts';
import type { Image } from '../environments.ts';
import { globOf, normaliseDeployment, normaliseImage } from '../normalise/environments.ts';
import { type Placement, placeImage, placementsOf } from './placements.ts';
import type { Rule } from './rule.ts';

/** A repository belongs to one image, in all environments and among sources: pins are found by it. */
export const repositoriesHaveOneImage: Rule = ({ file }) => {
  const placements = placementsOf(file.environments);
  const owners = new Map<RepositoryName, string>();
  return Object.entries(file.images).flatMap(([name, written]) => {
    const repositories = repositoriesOf(normaliseImage(name, written), placements);
    const shared = repositories.find(repository => owners.has(repository));
    const owner = shared && owners.get(shared);
    for (const repository of repositories) owners.set(repository, owners.get(repository) ?? name);
    if (owner === undefined) return [];
    const message = `images ${owner} and ${name} share the repository ${shared}`;
    return [
      { path: ['images', name], at: 'key', message, hint: 'give each its own `source` and `repository`' },
    ];
  });
};

/**
 * A glob of deployment files belongs to one environment of their repository and branch, and so does a place in files
 * that several share.
 */
export const filesHaveOneEnvironment: Rule = ({ file }) => {
  const claims = new Map<string, readonly Claim[]>();
  return Object.entries(file.environments).flatMap(([name, environment]) => {
    const { repository, branch } = normaliseDeployment(environment, file);
    const leavesOut =
      environment.exclude !== undefined ||
      environment.files.some(entry => typeof entry === 'string' && entry.startsWith('!'));
    return environment.files.flatMap((entry, index) => {
      const claim = { name, at: typeof entry === 'string' ? undefined : entry.at, leavesOut };
      const key = JSON.stringify([repository, branch, globOf(entry)]);
      const known = claims.get(key) ?? [];
      claims.set(key, [...known, claim]);
      const other = known.find(({ at }) => at === undefined || claim.at === undefined || at === claim.at);
      if (other === undefined) return [];
      return issueOf(globOf(entry), ['environments', name, 'files', index], claim, other);
    });
  });
};

/** What an environment claims of the files that a glob matches: a place in them, or all. */
interface Claim {
  readonly name: string;
  readonly at: string | undefined;
  /** Whether it excludes files. Only the files themselves show whether that separates environments. */
  readonly leavesOut: boolean;
}

function issueOf(glob: string, path: Path, claim: Claim, other: Claim): readonly Issue[] {
  if (claim.leavesOut || other.leavesOut) return [];
  const isPlace = claim.at !== undefined && other.at !== undefined;
  const what = isPlace ? `${claim.at} in ${JSON.stringify(glob)}` : JSON.stringify(glob);
  const message = `${what} is among the files of ${other.name} already`;
  const hint = isPlace
    ? 'a place in a file belongs to one environment'
    : `a deployment file belongs to one environment, or each names its place in it: { path: ${JSON.stringify(glob)}, at: "elements[env=${claim.name}]" }`;
  return [{ path, at: 'value', message, hint }];
}

/** A place in a deployment file pins one image. */
export const pinRulesHaveOneImage: Rule = ({ file }) => {
  const owners = new Map<string, string>();
  return Object.entries(file.images).flatMap(([name, { pins = [] }]) =>
    pins.flatMap(({ files, path, pattern = path }, index) => {
      const place = JSON.stringify([files, pattern]);
      const owner = owners.get(place);
      owners.set(place, owner ?? name);
      if (owner === undefined) return [];
      const message = `${pattern} in ${JSON.stringify(files)} pins ${owner} already`;
      return [
        {
          path: ['images', name, 'pins', index, path === undefined ? 'pattern' : 'path'],
          at: 'value',
          message,
          hint: 'a pin holds one image',
        },
      ];
    }),
  );
};

/** The repositories that can be named; another rule reports the rest. */
function repositoriesOf(image: Image, placements: readonly Placement[]): readonly RepositoryName[] {
  const targets = placements.flatMap(({ registry }) => {
    const place = placeImage(registry, image);
    return 'refusal' in place ? [] : place;
  });
  return image.source === undefined ? targets : [image.source, ...targets];
}
