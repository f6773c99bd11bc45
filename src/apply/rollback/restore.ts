import { PromoteError } from '../../errors.ts';
import type { Digest } from '../../oci/digest.ts';
import type { RepositoryName } from '../../oci/reference.ts';
import { checkClosure } from '../../registry/copy/check-closure.ts';
import { copyImage } from '../../registry/copy/copy.ts';
import type { Effects } from '../../run/effects.ts';

/** An image to restore at a target that lost it, or a part of it. */
export interface Restore {
  readonly image: string;
  readonly digest: Digest;
  readonly from: RepositoryName;
  readonly to: RepositoryName;
  /** The tag of its pins; set where it names nothing, since clean-ups delete images without a tag. */
  readonly tag?: string | undefined;
}

/** Copies an image with its evidence to a target that lost it, and checks that all of it arrived. */
export async function restoreImage(
  { store, progress, signal, log }: Effects,
  { digest, from, to, tag }: Restore,
): Promise<void> {
  const target = store(to);
  const isFree = tag !== undefined && (await target.head(tag)) === undefined;
  await copyImage({
    source: store(from),
    target,
    from: digest,
    tag: isFree ? tag : undefined,
    evidence: 'all',
    thorough: true,
    progress,
    signal,
  });
  const { lacks } = await checkClosure(target, digest);
  const [first] = lacks;
  if (first) {
    throw new PromoteError(
      'NOT_FOUND',
      `restore ${to}@${digest}: ${first.part} ${first.digest} is still missing`,
      {
        hint: 'the registry does not keep what it is given; nothing was rolled back',
      },
    );
  }
  log(`restored ${to}@${digest} from ${from}`);
}
