import { PromoteError } from '../errors.ts';
import { locateForge } from '../forges/open.ts';
import type { Release } from '../plan/fill-template.ts';
import { CI_PATHS, type CiKind, type CiPlace, ciFile } from '../plan/init/ci-file.ts';
import type { FoundEnvironment } from '../plan/init/layout.ts';

/** The CI that a person chose, and the copy of promote that its jobs run. */
export interface CiChoice {
  readonly ci?: CiKind | 'none' | undefined;
  /** `owner/repository@commit`: the copy of promote whose actions GitHub runs. */
  readonly action?: string | undefined;
  /** The image of GitLab's jobs, by digest. */
  readonly container?: string | undefined;
}

/** A CI file to write, and notes on it for a person. */
export interface ProposedCi {
  readonly path?: string | undefined;
  readonly text?: string | undefined;
  readonly notes: readonly string[];
}

/** The CI file for a repository, chosen by option, else by its remote, else by CI files that it has. */
export function proposeCi(
  choice: CiChoice,
  environments: readonly Pick<FoundEnvironment, 'name' | 'registry'>[],
  place: {
    readonly env: Readonly<Record<string, string | undefined>>;
    readonly origin: string | undefined;
    readonly paths: ReadonlySet<string>;
    readonly signs: boolean;
    /** `owner/repository` on GitHub of the running promote's release; absent: it is not a release. */
    readonly published?: string | undefined;
  },
): ProposedCi {
  const kind = choice.ci ?? kindOf(place);
  if (kind === 'none' || kind === undefined) return { notes: [] };
  const release = releaseOf(kind, choice, place.published);
  if (release === undefined) return { notes: [MISSING[kind]] };
  const path = CI_PATHS[kind].find(candidate => !place.paths.has(candidate));
  const [first, last = first] = CI_PATHS[kind];
  if (path === undefined) return { notes: [`${last} is there already, and stays as it is`] };
  const { text, notes } = ciFile({ ...placeOf(environments), kind, release, signs: place.signs });
  const include =
    path === '.gitlab/promote.yml'
      ? [`add to ${first}, which stays as it is: include: [{ local: ${path} }]; its stages need deploy`]
      : [];
  const moving = release.repository !== undefined && release.pinned === undefined ? [MOVING] : [];
  return { path, text, notes: [...include, ...moving, ...notes] };
}

function kindOf({ env, origin, paths }: Parameters<typeof proposeCi>[2]): CiKind | undefined {
  const forge = origin === undefined ? undefined : locateForge(env, origin, undefined)?.kind;
  if (forge !== undefined) return forge === 'github' || forge === 'gitlab' ? forge : undefined;
  if (paths.has('.gitlab-ci.yml')) return 'gitlab';
  return [...paths].some(path => path.startsWith('.github/workflows/')) ? 'github' : undefined;
}

const MISSING: Readonly<Record<CiKind, string>> = {
  github:
    'no workflow is written: this promote is no release, so no actions of it are known. Push its repository to GitHub, then run: promote init --yes --action <owner>/<repository>@<commit>',
  gitlab:
    'no pipeline is written: no image of this promote is known. Push one that has promote and Git, then run: promote init --yes --container <image>@<digest>',
};
const MOVING =
  'the workflow names its actions by v1, which moves with each release: put the full commit of a release there';

function releaseOf(
  kind: CiKind,
  { action, container }: CiChoice,
  published: string | undefined,
): Release | undefined {
  if (kind === 'gitlab') return container === undefined ? undefined : { image: container };
  const [repository, commit = ''] = action?.split('@') ?? [];
  if (repository !== undefined) return { repository, pinned: { commit } };
  return published === undefined ? undefined : { repository: published };
}

/** The repository on GitHub that a package says it was released from, as `owner/repository`. */
export function publishedBy(url: string | undefined): string | undefined {
  return /^git\+https:\/\/github\.com\/([\w.-]+\/[\w.-]+?)(?:\.git)?$/.exec(url ?? '')?.[1];
}

/** Throws `USAGE` for an option that names no copy of promote, before anything is read. */
export function checkCiChoice({ action, container }: CiChoice): void {
  if (action !== undefined && !/^[\w.-]+\/[\w.-]+@[0-9a-f]{40}$/.test(action)) {
    throw new PromoteError('USAGE', `--action ${action}: expected owner/repository@ and a full commit`, {
      hint: 'name the repository on GitHub that has the actions, and 40 hexadecimal digits',
    });
  }
  if (container !== undefined && !/^[\w.:/-]+@sha256:[0-9a-f]{64}$/.test(container)) {
    throw new PromoteError('USAGE', `--container ${container}: expected an image by its digest`, {
      hint: 'name it as registry/repository@sha256:…',
    });
  }
}

/** The environments of a sweep: each that promotes from another one; the only one if there is just one. */
function placeOf(
  found: readonly Pick<FoundEnvironment, 'name' | 'registry'>[],
): Omit<CiPlace, 'kind' | 'release' | 'signs'> {
  const names = found.map(({ name }) => name);
  const hosts = found.map(({ registry }) => registry.split('/')[0] ?? '');
  return { environments: names.length > 1 ? names.slice(1) : names, hosts: [...new Set(hosts)].sort() };
}
