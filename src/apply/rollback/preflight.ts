import { imageNamed, pushRepository, registryForFile } from '../../environments/locate.ts';
import { PromoteError } from '../../errors.ts';
import { type Digest, shortDigest } from '../../oci/digest.ts';
import type { RepositoryName } from '../../oci/reference.ts';
import { type Candidate, targetRepositories } from '../../plan/candidates.ts';
import { decides } from '../../plan/pin-target.ts';
import type { ReturningPin } from '../../plan/rollback.ts';
import { checkClosure } from '../../registry/copy/check-closure.ts';
import { findSigner } from '../../signing/find-signer.ts';
import type { Effects } from '../effects.ts';
import type { Run } from '../run.ts';
import type { Restore } from './restore.ts';

/**
 * Makes sure that what is rolled back to is still whole at every target, and signed by us where that is configured.
 * Answers what has to be restored from elsewhere, which only `mayRestore` allows. Throws `NOT_FOUND` and
 * `SIGNATURE`; writes nothing.
 */
export async function preflight(
  run: Run,
  candidates: readonly Candidate[],
  mayRestore: boolean,
): Promise<readonly Restore[]> {
  const restores = candidates.flatMap(candidate =>
    candidate.targets.map(async ({ repository }) => {
      const lack = await lackAt(run.effects, repository, candidate);
      const from = lack ? await findWhole(run, candidate, repository) : undefined;
      if (lack && (!from || !mayRestore)) throw gone(candidate, lack, from);
      await assertSigned(run, candidate, from ?? repository);
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
  { effects, environments }: Run,
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
  { effects, environment: { name, signing } }: Run,
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
    { hint: 'roll back to an image that is signed, or sign this one with promote sign' },
  );
}

function gone({ image, digest }: Candidate, lack: string, from: RepositoryName | undefined): PromoteError {
  const hint =
    from === undefined
      ? 'no other repository of the environments file holds it: roll back to something else with --to'
      : `${from} holds all of it: add --restore to copy it from there`;
  return new PromoteError('NOT_FOUND', `roll ${image} back to ${shortDigest(digest)}: ${lack}`, { hint });
}

/** The pins with the digests they held, or that the tags they held name at the environment's registry now. */
export async function withDigests(
  { effects, environments, environment }: Run,
  returning: readonly ReturningPin[],
): Promise<readonly (ReturningPin & { readonly digest: Digest })[]> {
  const dated = await Promise.all(
    returning
      .filter(({ to }) => decides(to))
      .map(async pin => {
        const { image, file, to } = pin;
        if (to.digest !== undefined) return { ...pin, digest: to.digest };
        const registry = registryForFile(environment, file);
        const repository = registry && pushRepository(registry, imageNamed(environments, image));
        const found = repository && to.tag && (await effects.store(repository).head(to.tag));
        if (!found) throw neverPinned(pin);
        effects.log(`${image}: ${file} named no digest; ${to.tag} is ${shortDigest(found.digest)} now`);
        return { ...pin, digest: found.digest };
      }),
  );
  // A version says only how the image is called that the pins beside it name.
  const beside = returning.flatMap(pin => {
    const deciding = decides(pin.to) ? undefined : dated.find(({ image }) => image === pin.image);
    return deciding === undefined ? [] : [{ ...pin, digest: deciding.digest }];
  });
  return [...dated, ...beside];
}

function neverPinned({ image, file, to }: ReturningPin): PromoteError {
  return new PromoteError(
    'NOT_FOUND',
    `roll ${image} back to ${to.value || 'nothing'}: ${file} named no digest, and the registry has no such tag`,
    { hint: 'roll back to what was pinned by digest, with --to' },
  );
}
