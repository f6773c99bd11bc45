import { canonicalRegistry } from '../../oci/reference.ts';
import type {
  Deployment,
  Environment,
  Environments,
  Grouping,
  Image,
  RegistryTarget,
  TagTemplate,
} from '../environments.ts';
import { approval, rollbackApproval } from '../gates/approval.ts';
import { normaliseGates } from '../gates/gates.ts';
import { normaliseOrigin } from '../image-origin.ts';
import type { Written, WrittenEnvironment, WrittenImage } from '../schema/environments.ts';
import { normaliseCommits } from './commits.ts';
import { normaliseHosts } from './hosts.ts';
import { normaliseMirrors } from './mirrors.ts';
import { normaliseNotifications } from './notifications.ts';
import { normalisePullRequest } from './pull-request.ts';
import { normaliseRebuild } from './rebuild.ts';
import { normaliseRefresh } from './refresh.ts';
import { normaliseSigning } from './signing.ts';

/** Fills in the defaults of a file that schema and rules accept. */
export function normalise(written: Written): Environments {
  const refresh = normaliseRefresh(written);
  return {
    images: Object.entries(written.images).map(([name, image]) => normaliseImage(name, image)),
    environments: Object.entries(written.environments).map(([name, environment]) =>
      normaliseEnvironment(name, environment, written),
    ),
    ...(refresh === undefined ? {} : { refresh }),
    ...normaliseMirrors(written),
    hosts: normaliseHosts(written.hosts),
    notifications: normaliseNotifications(written.notifications),
  };
}

/** An image with its defaults. */
export function normaliseImage(name: string, written: WrittenImage): Image {
  const { source, repository, repositoryUrl, pins, pin, rebuild } = written;
  return {
    name,
    ...(source === undefined ? {} : { source }),
    repository: repository ?? name,
    repositoryUrl,
    pins: pins ?? [],
    pin,
    rebuild: normaliseRebuild(rebuild),
  };
}

/** The registry that keeps a copy of what an environment promotes, if it has one. */
export function normaliseBackup(backup: WrittenEnvironment['backup']): readonly RegistryTarget[] {
  return normaliseRegistries(backup === undefined ? [] : [{ push: backup }]).map(target => ({
    ...target,
    isBackup: true,
  }));
}

/** An environment's registries in their normal form. */
export function normaliseRegistries(registry: WrittenEnvironment['registry']): readonly RegistryTarget[] {
  const entries = typeof registry === 'string' ? [{ push: registry }] : [registry].flat();
  return entries.map(({ push, pull = push, files = [] }: WrittenRegistry) => ({
    push: canonicalRegistry(push),
    pull: canonicalRegistry(pull),
    files,
  }));
}

/** An environment's tag templates, those of platforms among them. */
export function normaliseTags(tags: WrittenEnvironment['tags'] = ['{tag}']): readonly TagTemplate[] {
  return tags.map(tag =>
    typeof tag === 'string' ? { name: tag, moves: false } : { ...tag, moves: tag.moves ?? false },
  );
}

/** The repository of an environment's files; if it names its own, the file's default is not used at all. */
export function normaliseDeployment(
  { deployments: written }: WrittenEnvironment,
  { deployments: shared }: Pick<Written, 'deployments'>,
): Deployment {
  const { record: _, ...own } = written === true ? {} : (written ?? {});
  return own.repository === undefined ? { ...shared, ...own } : own;
}

function normaliseRecord({ deployments }: WrittenEnvironment): Environment['recordsDeployments'] {
  const record = deployments === true || deployments?.record;
  return record === true ? {} : record || undefined;
}

function normaliseEnvironment(name: string, environment: WrittenEnvironment, written: Written): Environment {
  const signing = normaliseSigning(environment.signing ?? written.signing);
  const rollback = normaliseRollback(environment);
  const templates = normaliseTags(environment.tags);
  const ofPlatforms = templates.filter(({ platforms }) => platforms === 'each');
  return {
    name,
    from: normaliseOrigin(environment.from),
    registries: [...normaliseRegistries(environment.registry), ...normaliseBackup(environment.backup)],
    files: [...new Set(environment.files.map(globOf))],
    places: normalisePlaces(environment),
    exclude: environment.exclude,
    pin: environment.pin,
    addImages: environment.addImages,
    deployment: normaliseDeployment(environment, written),
    recordsDeployments: normaliseRecord(environment),
    commit: environment.commit ?? 'pull-request',
    commits: normaliseCommits(written.commits, environment.commits),
    tags: templates.filter(({ platforms }) => platforms === undefined),
    platformTags: ofPlatforms.length === 0 ? undefined : ofPlatforms,
    grouping: normaliseGrouping(environment),
    pullRequest: normalisePullRequest(environment.pullRequest),
    gates: normaliseGates(environment.gates, written),
    ...(rollback === undefined ? {} : { rollback }),
    ...(signing === undefined ? {} : { signing }),
  };
}

/** The glob of an entry of `files`. */
export function globOf(entry: WrittenEnvironment['files'][number]): string {
  return typeof entry === 'string' ? entry : entry.path;
}

function normalisePlaces({ files }: WrittenEnvironment): Environment['places'] {
  const places = files.filter(entry => typeof entry !== 'string');
  return places.length === 0 ? undefined : places;
}

function normaliseGrouping({ from, pullRequest }: WrittenEnvironment): Grouping {
  const group = pullRequest?.group ?? (from === 'build' ? 'image' : 'environment');
  return typeof group === 'string' ? { kind: group } : { kind: 'named', groups: group };
}

/** What a rollback needs: by default one approval of the promotions' kind. */
function normaliseRollback({ gates, rollback }: WrittenEnvironment): Environment['rollback'] {
  const isApproved = gates?.approval !== undefined || rollback?.approval !== undefined;
  if (!isApproved && rollback?.gates === undefined) return undefined;
  return {
    approval: isApproved
      ? approval.normalise(rollbackApproval(gates?.approval, rollback?.approval))
      : undefined,
    gates: rollback?.gates?.toSorted(),
  };
}

interface WrittenRegistry {
  readonly push: string;
  readonly pull?: string;
  readonly files?: readonly string[];
}
