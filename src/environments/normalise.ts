import type {
  Deployment,
  Environment,
  Environments,
  Gates,
  Grouping,
  Image,
  RegistryTarget,
  Signing,
  TagTemplate,
} from './environments.ts';
import type { Written, WrittenEnvironment, WrittenImage } from './schema.ts';

/** Fills in the defaults of a file that schema and rules accept. */
export function normalise(written: Written): Environments {
  return {
    images: Object.entries(written.images).map(([name, image]) => normaliseImage(name, image)),
    environments: Object.entries(written.environments).map(([name, environment]) =>
      normaliseEnvironment(name, environment, written),
    ),
  };
}

/** An image with its defaults. */
export function normaliseImage(name: string, { source, repository, pins }: WrittenImage): Image {
  return {
    name,
    ...(source === undefined ? {} : { source }),
    repository: repository ?? name,
    pins: pins ?? [],
  };
}

/** An environment's registries, however they are written. */
export function normaliseRegistries(registry: WrittenEnvironment['registry']): readonly RegistryTarget[] {
  if (typeof registry === 'string') return [{ push: trim(registry), pull: trim(registry), files: [] }];
  const entries = Array.isArray(registry) ? registry : [registry];
  return entries.map(({ push, pull, files }) => ({
    push: trim(push),
    pull: trim(pull ?? push),
    files: files ?? [],
  }));
}

/** An environment's tag templates. */
export function normaliseTags(tags: WrittenEnvironment['tags'] = ['{tag}']): readonly TagTemplate[] {
  return tags.map(tag =>
    typeof tag === 'string' ? { name: tag, moves: false } : { name: tag.name, moves: tag.moves ?? false },
  );
}

/** The repository of an environment's files; where it names its own, nothing of the file's is kept. */
export function normaliseDeployment(
  { deployments: own }: WrittenEnvironment,
  { deployments: shared }: Pick<Written, 'deployments'>,
): Deployment {
  const { repository, branch } = own?.repository === undefined ? { ...shared, ...own } : own;
  return { ...(repository === undefined ? {} : { repository }), ...(branch === undefined ? {} : { branch }) };
}

function normaliseEnvironment(name: string, environment: WrittenEnvironment, written: Written): Environment {
  const signing = normaliseSigning(environment.signing ?? written.signing);
  return {
    name,
    from: environment.from === 'build' ? { kind: 'build' } : { kind: 'environment', name: environment.from },
    registries: normaliseRegistries(environment.registry),
    files: environment.files,
    deployment: normaliseDeployment(environment, written),
    commit: environment.commit ?? 'pull-request',
    tags: normaliseTags(environment.tags),
    grouping: normaliseGrouping(environment),
    gates: normaliseGates(environment.gates),
    ...(signing === undefined ? {} : { signing }),
  };
}

function normaliseGrouping({ from, pullRequest }: WrittenEnvironment): Grouping {
  const group = pullRequest?.group ?? (from === 'build' ? 'image' : 'environment');
  return typeof group === 'string' ? { kind: group } : { kind: 'named', groups: group };
}

function normaliseGates({ approval }: NonNullable<WrittenEnvironment['gates']> = {}): Gates {
  if (approval?.by !== 'stated') return {};
  return { approval: { by: approval.by, count: approval.count ?? 1, users: approval.users ?? [] } };
}

function normaliseSigning(signing: Written['signing']): Signing | undefined {
  if (signing?.key === undefined) return undefined;
  const { key, publicKey, trusted = [] } = signing;
  return {
    key,
    ...(publicKey === undefined ? {} : { publicKey }),
    trusted: trusted.filter(entry => typeof entry === 'string'),
  };
}

function trim(registry: string): string {
  return registry.replace(/\/+$/, '');
}
