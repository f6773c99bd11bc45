import { createHash } from 'node:crypto';
import type { Digest } from '../oci/digest.ts';

/** A pinned image on a base. `current`: on what the tag of the base names now. */
export interface BasedImage {
  readonly environment: string;
  readonly image: string;
  readonly tag?: string | undefined;
  readonly base: string;
  readonly state: 'current' | 'superseded';
  /** The digest that it is built on, where that is known. */
  readonly from?: Digest | undefined;
  /** The digest that the tag of the base names now; only for superseded bases. */
  readonly to?: Digest | undefined;
}

/** One build that brings an image onto what the tag of its base names now. */
export interface NeededBuild {
  readonly image: string;
  readonly base: string;
  readonly from?: Digest | undefined;
  readonly to: Digest;
  /** The environments that pin the image on a superseded base. */
  readonly environments: readonly string[];
  /** The tags of those pins. */
  readonly tags: readonly string[];
  /** An environment that pins a build on the newer base already. */
  readonly pinnedIn?: string | undefined;
}

/** The builds that images need; `isAsked`: the environments for which builds are started. */
export function neededBuilds(
  found: readonly BasedImage[],
  isAsked: (environment: string) => boolean,
): readonly NeededBuild[] {
  const superseded = found.filter(({ state, environment }) => state === 'superseded' && isAsked(environment));
  const groups = Map.groupBy(superseded, ({ image, base, to }) => `${image}\n${base}\n${to}`);
  return [...groups.values()].flatMap((own): readonly NeededBuild[] => {
    const [first] = own;
    if (first?.to === undefined) return [];
    const { image, base, to } = first;
    const newer = found.find(one => one.image === image && one.base === base && one.state === 'current');
    return [
      {
        image,
        base,
        from: own.find(({ from }) => from !== undefined)?.from,
        to,
        environments: [...new Set(own.map(({ environment }) => environment))],
        tags: [...new Set(own.flatMap(({ tag }) => tag ?? []))],
        pinnedIn: newer?.environment,
      },
    ];
  });
}

/** What the run of a build shows, so that no second one is started for the same image and base. */
export function buildMark({ image, base, to }: Pick<NeededBuild, 'image' | 'base' | 'to'>): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([image, base, to]))
    .digest('hex');
  return `promote-rebuild-${hash.slice(0, 16)}`;
}
