import type { Environment, Environments, Image } from '../../environments/environments.ts';
import { evidenceRepositories } from '../../environments/evidence-repositories.ts';
import { sourceNames } from '../../environments/image-origin.ts';
import { pushRepository } from '../../environments/locate.ts';
import { PromoteError } from '../../errors.ts';
import { isLayout, type RepositoryName, registryOf } from '../../oci/reference.ts';
import type { Finding } from '../../plan/check.ts';
import { checkRegistry, type RegistryFacts } from '../../plan/check-registries.ts';
import type { ImagePin } from '../../plan/snapshot.ts';
import type { Examination, Examine, Examined } from '../../registry/remote/examine.ts';

/** The most repositories that are checked in one registry, so that the check ends soon. */
const MOST = 20;

/** The pins of the environments that could be read, by name. */
export type PinsByEnvironment = ReadonlyMap<string, readonly ImagePin[]>;

/** Checks what we may do in the repositories that promotions read and write, at each registry. */
export async function checkRegistries(
  examine: Examine,
  environments: Environments,
  pins: PinsByEnvironment,
): Promise<readonly Finding[]> {
  const asked = repositoriesOf(environments, pins);
  const hosts = [...new Set(asked.map(({ repository }) => registryOf(repository)))];
  const answered = hosts.map(async host => {
    const own = asked.filter(({ repository }) => registryOf(repository) === host);
    return checkRegistry(await askRegistry(examine, host, own));
  });
  return (await Promise.all(answered)).flat();
}

async function askRegistry(
  examine: Examine,
  host: string,
  asked: readonly Examined[],
): Promise<RegistryFacts> {
  const [first, ...others] = asked.slice(0, MOST);
  const left = Math.max(0, asked.length - MOST);
  try {
    // The first question goes alone, so an unreachable registry is asked only once.
    const answers: readonly Examination[] = first === undefined ? [] : [await examine(first)];
    const repositories = [...answers, ...(await Promise.all(others.map(examine)))];
    return { host, repositories, left };
  } catch (error) {
    if (!(error instanceof PromoteError) || error.code === 'CANCELLED') throw error;
    const { message, hint } = error;
    return { host, repositories: [], left, problem: { message, hint } };
  }
}

/** The repositories without duplicates. A target is checked as a target, even if it is a source too. */
function repositoriesOf(environments: Environments, pins: PinsByEnvironment): readonly Examined[] {
  const found = new Map<RepositoryName, Examined>();
  const add = (examined: Examined) => {
    const { repository } = examined;
    const known = found.get(repository);
    if (!isLayout(repository) && (known === undefined || (examined.isTarget && !known.isTarget)))
      found.set(repository, examined);
  };
  const apart = evidenceRepositories(environments);
  for (const image of environments.images) {
    for (const environment of environments.environments) {
      const own = pins.get(environment.name)?.filter(pin => pin.image === image.name);
      if (own?.length === 0) continue;
      const sources = sourcesOf(environments, environment, image);
      for (const repository of sources) add({ repository, isTarget: false });
      for (const registry of environment.registries) {
        const repository = pushRepository(registry, image);
        const isNeighbour = (name: RepositoryName) =>
          name !== repository && !isLayout(name) && registryOf(name) === registryOf(repository);
        const digest = own?.find(({ pin }) => pin.digest !== undefined)?.pin.digest;
        const evidence = apart.get(repository);
        add({ repository, isTarget: true, digest, from: sources.find(isNeighbour), evidence });
        if (evidence !== undefined) add({ repository: evidence, isTarget: true });
      }
    }
  }
  for (const { from, to } of environments.mirrors ?? []) {
    add({ repository: from, isTarget: false });
    add({ repository: to, isTarget: true });
  }
  return [...found.values()];
}

function sourcesOf(
  { environments }: Environments,
  { from }: Environment,
  image: Image,
): readonly RepositoryName[] {
  if (from.kind === 'build') return image.source === undefined ? [] : [image.source];
  const sources = environments.filter(({ name }) => sourceNames(from).includes(name));
  return sources.flatMap(({ registries }) => registries.map(registry => pushRepository(registry, image)));
}
