import type { PromoteError } from '../errors.ts';
import { type Digest, shortDigest } from '../oci/digest.ts';
import { isAsPinned, type JudgedContainer, type RunningImage } from '../plan/running/judge.ts';
import type { PodList } from '../plan/running/pods.ts';
import { counted } from './counts.ts';
import { type Block, heading, line, type Phrase, phrase, type Report } from './document.ts';
import { failureItem, failureJson } from './failure.ts';
import type { Json } from './schemas/parts.ts';
import type { running } from './schemas/running.ts';

/** The containers that a cluster runs of an environment's images. */
export interface Running {
  readonly environment: string;
  /** The number of changes of the environment that were searched for earlier digests. */
  readonly lookBack: number;
  readonly list: PodList;
  readonly images: readonly RunningImage[];
  /** The number of containers whose images belong to another environment or to a source. */
  readonly elsewhere: number;
  /** The number of containers whose images the file does not name. */
  readonly others: number;
  /** Why the pinned digest of some container is not known. */
  readonly failures: readonly PromoteError[];
}

/** Whether every container runs its pinned digest and every image has one; false without images. */
export function isRolledOut({ images, list }: Running, allowAbsent: boolean): boolean {
  if (images.length === 0 || list.empty.length > 0) return false;
  return images.every(
    ({ containers }) => containers.every(isAsPinned) && (allowAbsent || containers.length > 0),
  );
}

/** Reports the running digests, image by image. */
export function runningReport(found: Running): Report {
  const { environment, images, list, elsewhere, others, lookBack, failures } = found;
  const whole = images.filter(({ containers }) => containers.length > 0 && containers.every(isAsPinned));
  const blocks: readonly Block[] = [
    heading(
      phrase(`${environment}: ${whole.length} of ${counted(images.length, 'image')} run as pinned`),
      phrase(`(${asideText(found)})`, 'quiet'),
    ),
    { kind: 'items', items: images.flatMap(image => imageItems(image, lookBack)) },
    ...(failures.length === 0
      ? []
      : [{ kind: 'items', items: failures.map(failure => failureItem(failure)) } as const]),
    ...list.empty.map(name => line(phrase(`no pod of the list is in the namespace ${name}`, 'bad'))),
    ...(images.length > 0 ? [] : [line(phrase(`${environment} pins no image of the file`, 'wait'))]),
  ];
  const json = {
    environment,
    pods: list.pods,
    ended: list.ended,
    ending: list.ending,
    emptyNamespaces: list.empty,
    elsewhere,
    others,
    images: images.map(imageJson),
    failures: failures.map(failureJson),
  } satisfies Json<typeof running>;
  return { blocks, json };
}

function asideText({ list, elsewhere, others }: Running): string {
  const left = [
    ...(list.ended === 0 ? [] : [`${list.ended} ended`]),
    ...(list.ending === 0 ? [] : [`${list.ending} ending`]),
  ];
  return [
    `${counted(list.pods, 'pod')}${left.length === 0 ? '' : `, without ${left.join(' and ')}`}`,
    ...(elsewhere === 0 ? [] : [`${counted(elsewhere, 'container')} of images of other environments`]),
    ...(others === 0 ? [] : [`${counted(others, 'container')} of images that the file does not know`]),
  ].join('; ');
}

function imageItems(
  { image, pinned, containers }: RunningImage,
  lookBack: number,
): readonly (readonly Phrase[])[] {
  const target = pinned.map(nameOf).join(', ') || 'no digest';
  if (containers.length === 0) {
    return [[phrase(image), phrase(target), phrase('nothing runs it', 'wait')]];
  }
  const wrong = containers.filter(container => !isAsPinned(container));
  const count = `${containers.length - wrong.length} of ${counted(containers.length, 'container')}`;
  return [
    [phrase(image), phrase(target), phrase(count, wrong.length === 0 ? 'good' : 'bad')],
    ...wrong.map(container => containerItem(container, lookBack)),
  ];
}

function containerItem(found: JudgedContainer, lookBack: number): readonly Phrase[] {
  const { pod, container, state, text, isByTag, lacksPullSecret, waiting } = found;
  const faults = [
    ...(isByTag ? [`its pod asks for ${text}, without a digest`] : []),
    ...(lacksPullSecret ? ['its pod names no pull secret'] : []),
  ];
  return [
    phrase(`  ${pod} (${container})`),
    phrase([stateText(found, lookBack), ...faults].join('; '), state === 'starting' ? 'wait' : 'bad'),
    ...(waiting === undefined ? [] : [phrase(`(${waiting})`, 'quiet')]),
  ];
}

function stateText({ state, tag, digest }: JudgedContainer, lookBack: number): string {
  const what = digest === undefined ? 'an image' : nameOf({ tag, digest });
  switch (state) {
    case 'rolled-out':
      return 'runs what is pinned';
    case 'starting':
      return digest === undefined ? 'does not run yet' : `does not run ${what} yet`;
    case 'former':
      return `runs ${what}, which was pinned here before`;
    case 'never-promoted':
      return `runs ${what}, which none of the last ${lookBack} changes pinned here`;
    case 'unknown':
      return 'runs, and its node does not say what';
  }
}

function nameOf({ tag, digest }: { readonly tag?: string | undefined; readonly digest: Digest }): string {
  return [...(tag === undefined ? [] : [tag]), shortDigest(digest)].join(' ');
}

function imageJson({ image, pinned, containers }: RunningImage) {
  return {
    image,
    pinned: pinned.map(({ tag, digest }) => ({ tag: tag ?? null, digest })),
    containers: containers.map(each => ({
      pod: each.pod,
      container: each.container,
      image: each.text,
      state: each.state,
      digest: each.digest ?? null,
      tag: each.tag ?? null,
      byTag: each.isByTag,
      waiting: each.waiting ?? null,
      lacksPullSecret: each.lacksPullSecret,
    })),
  };
}
