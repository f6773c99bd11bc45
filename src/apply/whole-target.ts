import type { Image } from '../environments/environments.ts';
import type { Digest } from '../oci/digest.ts';
import type { RepositoryName } from '../oci/reference.ts';
import { targetRepositories } from '../plan/candidates.ts';
import { findRecord } from '../records/find.ts';
import { checkClosure } from '../registry/copy/check-closure.ts';
import { findSignature } from '../signing/find.ts';
import { contain } from './contain.ts';
import type { Effects } from './effects.ts';
import type { Run } from './run.ts';

/** Whether a repository holds the digest; one that cannot be asked does not, and the log says so. */
export async function holdsDigest(
  { store, log }: Effects,
  repository: RepositoryName,
  digest: Digest,
): Promise<boolean> {
  const found = await contain(async () => store(repository).head(digest));
  if (found.kind === 'done') return found.value !== undefined;
  log(found.error.message);
  return false;
}

/** The first of an image's targets that holds all of the digest, from where the others can be completed. */
export async function findWholeTarget(
  { effects: { store }, environment }: Pick<Run, 'effects' | 'environment'>,
  image: Image,
  digest: Digest,
): Promise<RepositoryName | undefined> {
  for (const repository of targetRepositories(image, environment)) {
    const { lacks } = await checkClosure(store(repository), digest);
    if (lacks.length === 0) return repository;
  }
  return undefined;
}

/** Whether the image at a target bears a signature or a record of ours, so that it was promoted there before. */
export async function isMarkedOurs(
  { effects, environment: { name, signing } }: Pick<Run, 'effects' | 'environment'>,
  repository: RepositoryName,
  digest: Digest,
): Promise<boolean> {
  if (signing === undefined) return false;
  const { trust } = await effects.signing(signing);
  const store = effects.store(repository);
  const search = { store, digest, referrers: await store.referrers(digest), trust };
  const record = await findRecord({ ...search, environment: name, repository });
  return record !== undefined || (await findSignature(search)) !== undefined;
}
