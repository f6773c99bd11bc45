import { Minimatch, minimatch } from 'minimatch';
import { PromoteError } from '../errors.ts';
import { parseRepositoryName, type RepositoryName } from '../oci/reference.ts';
import { closest } from './diagnostics/suggest.ts';
import type { Environment, Environments, Image, RegistryTarget } from './environments.ts';

/** The environment of that name; throws `USAGE` naming those that exist. */
export function environmentNamed({ environments }: Environments, name: string): Environment {
  const found = environments.find(environment => environment.name === name);
  if (found) return found;
  throw new PromoteError('USAGE', `no environment ${JSON.stringify(name)} in the environments file`, {
    hint: knownNames('environments', name, environments),
  });
}

/** The image of that name; throws `USAGE` naming those that exist. */
export function imageNamed({ images }: Environments, name: string): Image {
  const found = images.find(image => image.name === name);
  if (found) return found;
  throw new PromoteError('USAGE', `no image ${JSON.stringify(name)} in the environments file`, {
    hint: knownNames('images', name, images),
  });
}

/** An error for each name that no image has. */
export function unknownImages(environments: Environments, names: readonly string[]): PromoteError[] {
  return names.flatMap(name => {
    try {
      imageNamed(environments, name);
      return [];
    } catch (error) {
      if (error instanceof PromoteError) return [error];
      throw error;
    }
  });
}

function knownNames(what: string, name: string, known: readonly { readonly name: string }[]): string {
  const names = known.map(entry => entry.name);
  const meant = closest(name, names);
  const list = `${what}: ${names.join(', ')}`;
  return meant === undefined ? list : `did you mean ${meant}? ${list}`;
}

/** Whether the path is one of the environment's deployment files. */
export function ownsFile(
  { files, exclude = [] }: Pick<Environment, 'files' | 'exclude'>,
  path: string,
): boolean {
  return matchesFiles(path, files) && !exclude.some(glob => matchesGlob(path, glob, { dot: true }));
}

/** The keys of the environment's places in a file; `undefined` if it owns the whole file or nothing of it. */
export function placesIn(environment: Environment, path: string): readonly string[] | undefined {
  const { files, places = [] } = environment;
  const claimed = places.filter(claim => matchesGlob(path, claim.path));
  if (claimed.length === 0 || !ownsFile(environment, path)) return undefined;
  const isWhole = files.some(
    glob => !places.some(claim => claim.path === glob) && !glob.startsWith('!') && matchesGlob(path, glob),
  );
  return isWhole ? undefined : [...new Set(claimed.map(({ at }) => at))];
}

/** The deepest directory that all of the environment's files are below, empty for the root. */
export function commonDirectory({ files }: Pick<Environment, 'files'>): string {
  const directories = files
    .filter(glob => !glob.startsWith('!'))
    .map(glob => upTo(glob.split('/').slice(0, -1), segment => PATTERN.test(segment)));
  const [first = [], ...others] = directories;
  return upTo(first, (segment, at) => others.some(other => other[at] !== segment)).join('/');
}

function upTo(segments: readonly string[], isEnd: (segment: string, at: number) => boolean) {
  const end = segments.findIndex(isEnd);
  return end === -1 ? segments : segments.slice(0, end);
}

/** The characters that make a segment of a glob more than a name. */
const PATTERN = /[*?[\]{}()!+@\\]/;

/** Whether one of the environment's files is the path, or could lie below it. */
export function reachesInto({ files }: Pick<Environment, 'files'>, path: string): boolean {
  return files.some(glob => !glob.startsWith('!') && minimatch(path, glob, { partial: true, dot: true }));
}

/** Whether `exclude`, or a glob behind an exclamation mark, leaves out a folder with all that it contains. */
export function leavesOutFolder(
  { files, exclude = [] }: Pick<Environment, 'files' | 'exclude'>,
  path: string,
): boolean {
  const negated = files.flatMap(glob => (glob.startsWith('!') ? glob.slice(1) : []));
  const matches = (glob: string, one: string) => matchesGlob(one, glob, { dot: true });
  return [...exclude, ...negated].some(
    glob => matches(glob, path) || inFolder(path).every(one => matches(glob, one)),
  );
}

/** Paths that a glob matches if it matches everything in the folder. */
export function inFolder(path: string): readonly string[] {
  return [`${path}/a.yaml`, `${path}/b/c`];
}

/** Whether one of the globs matches the path, and no glob behind an exclamation mark does. */
function matchesFiles(path: string, globs: readonly string[]): boolean {
  const isLeftOut = (glob: string) => glob.startsWith('!');
  if (!globs.some(glob => !isLeftOut(glob) && matchesGlob(path, glob))) return false;
  return !globs.some(glob => isLeftOut(glob) && matchesGlob(path, glob.slice(1), { dot: true }));
}

/** The registry that the deployment file's pins use: the first whose `files` match, else the first without any. */
export function registryForFile(environment: Environment, path: string): RegistryTarget | undefined {
  const registries = environment.registries.filter(({ isBackup }) => isBackup !== true);
  return (
    registries.find(registry => matchesFiles(path, registry.files)) ??
    registries.find(registry => registry.files.length === 0)
  );
}

/** The repository that an image is pushed to in a registry. */
export function pushRepository(registry: RegistryTarget, image: Image): RepositoryName {
  return place(registry.push, image);
}

/** The repository that deployment files name for an image in a registry. */
export function pullRepository(registry: RegistryTarget, image: Image): RepositoryName {
  return place(registry.pull, image);
}

/** Whether the path matches the glob. A dotfile matches if the glob names the dot, or with `dot`. */
export function matchesGlob(path: string, glob: string, { dot = false } = {}): boolean {
  const key = `${dot}${glob}`;
  const matcher = MATCHERS.get(key) ?? new Minimatch(glob, { nonegate: true, nocomment: true, dot });
  if (MATCHERS.size >= MOST_MATCHERS) MATCHERS.clear();
  MATCHERS.set(key, matcher);
  return matcher.match(path);
}

/** Parsed globs: parsing one costs more than a thousand matches. */
const MATCHERS = new Map<string, Minimatch>();
const MOST_MATCHERS = 1000;

function place(registry: string, image: Image): RepositoryName {
  const text = registry.includes('{image}')
    ? registry.replaceAll('{image}', image.name)
    : `${registry}/${image.repository}`;
  return parseRepositoryName(text);
}

/** A key that differs between deployment repositories, and between branches. */
export function deploymentKey({ deployment: { repository, branch } }: Environment): string {
  return JSON.stringify([repository, branch]);
}
