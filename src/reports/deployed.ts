import { type Digest, shortDigest } from '../oci/digest.ts';
import { type PackageChanges, packageCounts } from '../plan/refresh/image-changes.ts';
import { heading, line, type Phrase, phrase, type Report } from './document.ts';
import type { deployed } from './schemas/changes.ts';
import type { Json } from './schemas/parts.ts';

/**
 * The base of a pinned image. `current`: the base that its tag names today. `superseded`: a base that the tag
 * named before.
 */
export type BaseState =
  | { readonly kind: 'current'; readonly base: string }
  | {
      readonly kind: 'superseded';
      readonly base: string;
      readonly from?: Digest;
      readonly to: Digest;
      /** When the newer base was created, ISO 8601. */
      readonly since?: string;
      /** Other changes that a rebuild would make, as far as both bases show them. */
      readonly os?: { readonly from: string; readonly to: string };
      readonly packages?: PackageChanges;
    }
  | { readonly kind: 'unknown'; readonly reason: string };

/** An image that an environment pins. */
export interface DeployedImage {
  readonly environment: string;
  readonly image: string;
  /** The tag that it is pinned with, if it is pinned with one. */
  readonly tag?: string | undefined;
  readonly reference: string;
  readonly digest: Digest;
  readonly standing: BaseState;
}

/** Reports the images that a rebuild would move to a newer base. */
export function deployedReport(images: readonly DeployedImage[]): Report {
  if (images.length === 0) {
    return { blocks: [line(phrase('no image is pinned by its digest', 'quiet'))], json: { images } };
  }
  const superseded = images.filter(({ standing }) => standing.kind === 'superseded').length;
  const head = ['environment', 'image', 'base', 'since', 'with a rebuild'];
  return {
    blocks: [
      heading(phrase('bases of pinned images')),
      line(phrase(`${superseded} of ${images.length} are built on a superseded base`)),
      { kind: 'table', head, rows: images.map(row) },
    ],
    json: { images } satisfies Json<typeof deployed>,
  };
}

function row({ environment, image, digest, standing }: DeployedImage): readonly Phrase[] {
  return [phrase(environment), phrase(`${image} ${shortDigest(digest)}`), ...cells(standing)];
}

function cells(standing: BaseState): readonly Phrase[] {
  switch (standing.kind) {
    case 'current':
      return [phrase(standing.base, 'good'), phrase(''), phrase('nothing newer', 'quiet')];
    case 'unknown':
      return [phrase('unknown', 'quiet'), phrase(''), phrase(standing.reason, 'quiet')];
    case 'superseded': {
      const { base, from, to, since, os, packages } = standing;
      const brings = [
        `${from === undefined ? '' : `${shortDigest(from)} -> `}${shortDigest(to)}`,
        ...(os === undefined || os.from === os.to ? [] : [`${os.from} -> ${os.to}`]),
        ...(packages === undefined ? [] : [packageCounts(packages)]),
      ];
      return [phrase(base, 'wait'), phrase(since?.slice(0, 10) ?? ''), phrase(brings.join(', '))];
    }
  }
}
