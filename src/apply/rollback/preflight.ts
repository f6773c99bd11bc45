import type { Environment, Environments } from '../../environments/environments.ts';
import { imageNamed } from '../../environments/locate.ts';
import { PromoteError } from '../../errors.ts';
import { shortDigest } from '../../oci/digest.ts';
import type { RepositoryName } from '../../oci/reference.ts';
import { type Candidate, targetRepositories } from '../../plan/candidates.ts';
import { checkClosure } from '../../registry/copy/check-closure.ts';
import { findSigner } from '../../signing/find-signer.ts';
import type { Effects } from '../effects.ts';
import type { Restore } from './restore.ts';

/**
 * Makes sure that what is gone back to is still whole at every target, and signed by us where that is configured.
 * Answers what has to be brought back from elsewhere, which only `mayRestore` allows. Throws `NOT_FOUND` and
 * `SIGNATURE`; writes nothing.
 */
export async function preflight(
  effects: Effects,
  environments: Environments,
  environment: Environment,
  candidates: readonly Candidate[],
  mayRestore: boolean,
): Promise<readonly Restore[]> {
  const restores = candidates.flatMap(candidate =>
    candidate.targets.map(async ({ repository }) => {
      const lack = await lackAt(effects, repository, candidate);
      const from = lack ? await findWhole(effects, environments, candidate, repository) : undefined;
      if (lack && (!from || !mayRestore)) throw gone(candidate, lack, from);
      await assertSigned(effects, environment, candidate, from ?? repository);
      return from === undefined
        ? []
        : [{ image: candidate.image, digest: candidate.digest, from, to: repository }];
    }),
  );
  return (await Promise.all(restores)).flat();
}

async function lackAt(
  { store }: Effects,
  repository: RepositoryName,
  { digest }: Candidate,
): Promise<string | undefined> {
  const { lacks } = await checkClosure(store(repository), digest);
  const [first] = lacks;
  return first && `${repository}@${digest} is not whole: ${first.part} ${first.digest} is ${first.state}`;
}

/** Another repository of the image that holds all of it. */
async function findWhole(
  effects: Effects,
  environments: Environments,
  candidate: Candidate,
  except: RepositoryName,
): Promise<RepositoryName | undefined> {
  const image = imageNamed(environments, candidate.image);
  const placed = environments.environments.flatMap(known => targetRepositories(image, known));
  const places = new Set([...placed, ...(image.source === undefined ? [] : [image.source])]);
  for (const place of places) {
    if (place !== except && (await lackAt(effects, place, candidate)) === undefined) return place;
  }
  return undefined;
}

async function assertSigned(
  effects: Effects,
  { name, signing }: Environment,
  { image, digest }: Candidate,
  repository: RepositoryName,
): Promise<void> {
  if (signing === undefined) return;
  const { trust } = await effects.signing(signing);
  const found = await findSigner(effects.store(repository), digest, trust);
  if (found.kind === 'signed') return;
  throw new PromoteError(
    'SIGNATURE',
    `roll ${image} back to ${repository}@${digest}: no signature of ${name}'s: ${found.reason}`,
    { hint: 'go back to an image that is signed, or sign this one with promote sign' },
  );
}

function gone({ image, digest }: Candidate, lack: string, from: RepositoryName | undefined): PromoteError {
  const hint =
    from === undefined
      ? 'no other repository of the environments file holds it: go back to something else with --to'
      : `${from} holds all of it: add --restore to bring it back from there`;
  return new PromoteError('NOT_FOUND', `roll ${image} back to ${shortDigest(digest)}: ${lack}`, { hint });
}
