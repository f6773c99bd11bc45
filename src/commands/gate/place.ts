import type { Environment, Environments } from '../../environments/environments.ts';
import { PromoteError } from '../../errors.ts';
import type { Forge } from '../../forges/forge.ts';
import type { Repository } from '../../git/repository.ts';
import { repositoryAddress } from '../../plan/repository-address.ts';
import type { Effects } from '../../run/effects.ts';

/** The context of the gate job: the repository, its forge, and the environments on the branch. */
export interface GatePlace {
  readonly effects: Effects;
  readonly environments: Environments;
  readonly here: readonly Environment[];
  readonly repository: Repository;
  readonly forge: Forge;
  readonly branch: string;
}

export async function placeOf(
  effects: Effects,
  { environments }: Environments,
  own: string | undefined,
): Promise<Pick<GatePlace, 'here' | 'repository' | 'forge'>> {
  const opened = await Promise.all(
    environments.map(async environment => {
      const repository = await effects.repository(environment.deployment);
      return { environment, repository, address: repositoryAddress(repository.name) };
    }),
  );
  const wanted = own === undefined ? opened[0]?.address : repositoryAddress(own);
  const here = opened.filter(({ address }) => address === wanted);
  const [first] = here;
  const isAmbiguous = own === undefined && here.length < opened.length;
  if (first === undefined || isAmbiguous) {
    throw new PromoteError(
      'USAGE',
      `gate: no environment has its deployment files in ${own ?? 'one repository'}`,
      {
        hint: 'run it in the CI of the deployment repository',
      },
    );
  }
  const forge = await effects.forge?.(first.environment.deployment);
  if (forge === undefined) {
    throw new PromoteError('CONFIGURATION', `gate: ${first.repository.name} has no pull requests`, {
      hint: 'name its forge in deployments.forge, and set the token of it',
    });
  }
  return { here: here.map(({ environment }) => environment), repository: first.repository, forge };
}

/** Keeps the environments whose files are on the branch. */
export async function onBranch(place: Omit<GatePlace, 'branch'>, branch: string): Promise<GatePlace> {
  const own = (await place.repository.head())?.branch;
  const here = place.here.filter(({ deployment }) => (deployment.branch ?? own) === branch);
  return { ...place, here, branch };
}
