import type { AcceptedSigner } from '../../environments/accepted-signers.ts';
import type { Refresh } from '../../environments/environments.ts';
import { acceptedSigners } from '../../environments/refresh.ts';
import { judgeImage } from '../../facts/judge-image.ts';
import { isSigned } from '../../gates/signature.ts';
import { claimsSignature, type ImageSignature, SIGNATURE_PULLS } from '../../images/signature.ts';
import type { Digest } from '../../oci/digest.ts';
import type { RepositoryName } from '../../oci/reference.ts';
import { distinctUpdates } from '../../plan/refresh/commit-message.ts';
import type { RefreshGroup } from '../../plan/refresh/refresh-plan.ts';
import type { DescribedImage, RefreshedImage } from '../../reports/refresh-images.ts';
import type { Effects } from '../../run/effects.ts';
import type { Questions, Unanswered } from './questions.ts';
import { inParallel } from './refresh-run.ts';

/** What is needed to describe images. */
export interface Describing {
  readonly effects: Pick<Effects, 'store' | 'trust'>;
  readonly refresh: Refresh;
  readonly questions: Questions;
}

/** A group's images, and why some could not be described this time. */
export interface Description {
  readonly images: readonly RefreshedImage[];
  readonly waiting?: string;
}

/**
 * Describes a group's images: where they are named, and for new images the changes and the signer. An image that is
 * gone is described without details. If a registry limits requests, the next run adds the rest.
 */
export async function describeImages(
  describing: Describing,
  { members }: RefreshGroup,
  isNew: boolean,
): Promise<Description> {
  const updates = distinctUpdates(members.map(({ update }) => update));
  const described = await inParallel(updates, async update => {
    const own = members.filter(member => distinctUpdates([member.update, update]).length === 1);
    const places = new Set(own.map(({ site }) => `${site.pin.file}:${site.pin.line}`));
    const image = { update, places: [...places] };
    return await describeUpdate(describing, image, isNew);
  });
  const waiting = described.find(({ waiting }) => waiting !== undefined)?.waiting;
  return { images: described.map(({ image }) => image), ...(waiting === undefined ? {} : { waiting }) };
}

async function describeUpdate(
  describing: Describing,
  named: RefreshedImage,
  isNew: boolean,
): Promise<{ readonly image: RefreshedImage; readonly waiting?: string }> {
  if (!isNew) return { image: named };
  const { repository, from, digest } = named.update;
  const before = from.digest && (await describe(describing, repository, from.digest));
  const after = await describe(describing, repository, digest);
  const signature = await signatureOf(describing, { repository, digest });
  for (const answer of [before, after, signature]) {
    if (answer?.kind === 'waiting') return { image: named, waiting: answer.reason };
  }
  const image = {
    ...named,
    ...(before?.kind === 'described' ? { before } : {}),
    ...(after.kind === 'described' ? { after } : {}),
    ...('reason' in signature ? {} : { signature }),
  };
  return { image };
}

async function describe(
  { questions }: Describing,
  repository: RepositoryName,
  digest: Digest,
): Promise<DescribedImage | Unanswered> {
  const facts = await questions.attempt(repository, () => questions.facts(repository, digest));
  if ('reason' in facts) return facts;
  const contents = await questions.attempt(repository, () => questions.contents(repository, digest));
  if (!('reason' in contents)) return { kind: 'described', ...facts, ...contents };
  return contents.kind === 'waiting' ? contents : { kind: 'described', ...facts };
}

async function signatureOf(
  { effects, refresh, questions }: Describing,
  image: { readonly repository: RepositoryName; readonly digest: Digest },
) {
  const accepted = acceptedSigners(refresh, image.repository);
  const pulls = SIGNATURE_PULLS * (accepted.length + 1);
  return await questions.attempt(image.repository, () => readSignature(effects, image, accepted), pulls);
}

/** The accepted signer that signed the image; otherwise whether it has any signature. */
async function readSignature(
  effects: Describing['effects'],
  image: { readonly repository: RepositoryName; readonly digest: Digest },
  accepted: readonly AcceptedSigner[],
): Promise<ImageSignature> {
  for (const signer of accepted) {
    const finding = await judgeImage(effects, image, signer);
    const [root] = finding.manifests;
    if (isSigned(finding) && root?.signature.kind === 'signed') {
      return { kind: 'verified', by: root.signature.by };
    }
  }
  const isClaimed = await claimsSignature(effects.store(image.repository), image.digest);
  return { kind: isClaimed ? 'unverified' : 'none' };
}
