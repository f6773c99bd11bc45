import type { Digest } from '../../oci/digest.ts';
import type { RepositoryName } from '../../oci/reference.ts';
import { distinctUpdates } from '../../plan/refresh/commit-message.ts';
import type { ImageFacts } from '../../plan/refresh/image-facts.ts';
import type { RefreshGroup } from '../../plan/refresh/refresh-plan.ts';
import type { RefreshedImage } from '../../reports/refresh.ts';
import { inParallel } from './in-parallel.ts';
import type { Questions } from './questions.ts';

/**
 * What is told of a group's images: where they are named, and for what is new their dates, sizes and platforms. An
 * image that is gone, or whose registry does not answer, is told without.
 */
export async function describeImages(
  questions: Questions,
  { members }: RefreshGroup,
  isNew: boolean,
): Promise<readonly RefreshedImage[]> {
  const updates = distinctUpdates(members.map(({ update }) => update));
  return await inParallel(updates, async update => {
    const { repository, from, digest } = update;
    const own = members.filter(member => distinctUpdates([member.update, update]).length === 1);
    const places = own.map(({ site }) => `${site.file}:${site.line}`);
    const before = isNew && from.digest ? await factsOf(questions, repository, from.digest) : undefined;
    const after = isNew ? await factsOf(questions, repository, digest) : undefined;
    return {
      update,
      places,
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after }),
    };
  });
}

async function factsOf(
  questions: Questions,
  repository: RepositoryName,
  digest: Digest,
): Promise<ImageFacts | undefined> {
  const found = await questions.attempt(repository, () => questions.facts(repository, digest));
  return 'kind' in found ? undefined : found;
}
