import type { Digest } from '../../oci/digest.ts';
import type { RepositoryName } from '../../oci/reference.ts';
import type { PodContainer } from './pods.ts';

/** An image that an environment pins, and every digest that means it or an earlier one. */
export interface KnownImage {
  readonly image: string;
  /** Its repositories in the environment, by the names that clusters pull it by. */
  readonly repositories: ReadonlySet<RepositoryName>;
  readonly pinned: readonly KnownDigest[];
  /** What was pinned here before, newest first. */
  readonly former: readonly KnownDigest[];
}

/** A digest with its platforms and configurations, which nodes may report instead. */
export interface KnownDigest {
  readonly digest: Digest;
  readonly tag: string | undefined;
  readonly parts: ReadonlySet<Digest>;
}

/**
 * What a container says of its image. `rolled-out`: it runs what is pinned. `starting`: it asks for that, and does
 * not run yet. `former`: it runs what was pinned here before. `never-promoted`: it runs what was never pinned here.
 * `unknown`: its node does not say what it runs.
 */
export type ContainerState = 'rolled-out' | 'starting' | 'former' | 'never-promoted' | 'unknown';

/** A container of an image that is known, and what it runs. */
export interface JudgedContainer extends PodContainer {
  readonly state: ContainerState;
  readonly digest: Digest | undefined;
  /** The tag of the digest, where it is known. */
  readonly tag: string | undefined;
  /** Whether its pod asks for a tag, so that another node may get another image. */
  readonly isByTag: boolean;
  /** Whether it cannot be pulled, and its pod names no secret to pull it with. */
  readonly lacksPullSecret: boolean;
}

/** An image of the environment, and its containers. */
export interface RunningImage {
  readonly image: string;
  readonly pinned: readonly KnownDigest[];
  readonly containers: readonly JudgedContainer[];
}

/** The containers by image, in the images' order. */
export function judgeRunning(
  images: readonly KnownImage[],
  containers: readonly PodContainer[],
): readonly RunningImage[] {
  return images.map(known => ({
    image: known.image,
    pinned: known.pinned,
    containers: containers.flatMap(container => (isOf(known, container) ? [judged(known, container)] : [])),
  }));
}

/** Whether the container's pod asks for the image. */
export function isOf({ repositories }: Pick<KnownImage, 'repositories'>, { asked }: PodContainer): boolean {
  return asked !== undefined && repositories.has(asked.repository);
}

/** Whether the container runs what is pinned, by its digest. */
export function isAsPinned({ state, isByTag }: JudgedContainer): boolean {
  return state === 'rolled-out' && !isByTag;
}

/** Whether a container asks for what is pinned, and its node names a digest that is no part of that. */
export function isDoubtful({ pinned }: RunningImage, { asked, resolved, hasStarted }: PodContainer): boolean {
  const isPinned = find(pinned, asked?.digest) !== undefined;
  return hasStarted && isPinned && resolved !== undefined && find(pinned, resolved) === undefined;
}

function judged(known: KnownImage, container: PodContainer): JudgedContainer {
  const { pinned, former } = known;
  const { asked, resolved, hasStarted, waiting, hasPullSecret } = container;
  const digest = runsFormer(known, container) ? resolved : (asked?.digest ?? resolved);
  const current = find(pinned, digest);
  const earlier = current ?? find(former, digest);
  return {
    ...container,
    state: stateOf({ digest, isPinned: current !== undefined, isKnown: earlier !== undefined, hasStarted }),
    digest: earlier?.digest ?? digest,
    tag: earlier?.tag ?? asked?.tag,
    isByTag: asked?.digest === undefined,
    lacksPullSecret: !hasPullSecret && PULLING.test(waiting ?? ''),
  };
}

/** https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/kubelet/images/types.go */
const PULLING = /^(?:ErrImagePull|ImagePullBackOff|RegistryUnavailable|ImageInspectError)\b/;

/**
 * Whether the image of a pod was changed in place, and the container from before still runs. A node may also
 * name the digest of another index that has the same platform. Then the digest that the pod asks for runs.
 */
function runsFormer({ pinned, former }: KnownImage, { asked, resolved, hasStarted }: PodContainer): boolean {
  const current = find(pinned, asked?.digest);
  const earlier = find(former, resolved);
  if (!hasStarted || current === undefined || earlier === undefined) return false;
  return find(pinned, resolved) === undefined && current.parts.isDisjointFrom(earlier.parts);
}

function stateOf(of: {
  readonly digest: Digest | undefined;
  readonly isPinned: boolean;
  readonly isKnown: boolean;
  readonly hasStarted: boolean;
}): ContainerState {
  if (of.digest === undefined) return of.hasStarted ? 'unknown' : 'starting';
  if (of.isPinned) return of.hasStarted ? 'rolled-out' : 'starting';
  return of.isKnown ? 'former' : 'never-promoted';
}

function find(known: readonly KnownDigest[], digest: Digest | undefined): KnownDigest | undefined {
  if (digest === undefined) return undefined;
  return known.find(each => each.digest === digest || each.parts.has(digest));
}
