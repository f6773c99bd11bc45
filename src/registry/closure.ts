import { PromoteError } from '../errors.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { type Digest, digestMismatch } from '../oci/digest.ts';
import { isIndexType, isManifestType, type ManifestContent, parseManifest } from '../oci/manifest.ts';
import type { Store } from './store.ts';

/** Every manifest of an image, its own first. */
export interface Closure {
  readonly manifests: readonly ManifestContent[];
}

const DEEPEST = 8;
const MOST_MANIFESTS = 1000;

/** Reads an image's manifest and every manifest below an index; throws `NOT_FOUND` or `TOO_LARGE`. */
export async function readClosure(store: Store, digest: Digest): Promise<Closure> {
  const root = await store.manifest(digest);
  if (root === undefined)
    throw new PromoteError('NOT_FOUND', `read ${store.name}@${digest}: there is no such image`);
  const walk: Walk = { store, enter: closureBounds(`${store.name}@${digest}`), opens: () => true };
  const contents = (await visit(walk, root, 1)).map(({ content }) => content);
  return { manifests: contents.filter(content => content !== undefined) };
}

/** The digests of every manifest below and including `root`. Only nested indexes are read. */
export async function closureDigests(
  store: ManifestStore,
  root: ManifestContent,
): Promise<readonly Digest[]> {
  const enter = closureBounds(`${store.name}@${root.descriptor.digest}`);
  const visited = await visit({ store, enter, opens: ({ mediaType }) => isIndexType(mediaType) }, root, 1);
  return visited.map(({ digest }) => digest);
}

/** Returns a check to call with each manifest's depth. It throws `TOO_LARGE` for an oversized image. */
export function closureBounds(image: string): (depth: number) => void {
  let count = 0;
  return depth => {
    count += 1;
    if (count <= MOST_MANIFESTS && depth <= DEEPEST) return;
    const bound =
      depth > DEEPEST ? `indexes nest deeper than ${DEEPEST}` : `more than ${MOST_MANIFESTS} manifests`;
    throw new PromoteError('TOO_LARGE', `read ${image}: ${bound}`);
  };
}

/** The manifests that an index names, without its other content; none for an image. */
export function childManifests(content: ManifestContent): readonly Descriptor[] {
  const manifest = parseManifest(content);
  return manifest.kind === 'index'
    ? manifest.manifests.filter(({ mediaType }) => isManifestType(mediaType))
    : [];
}

/** Reads a manifest that another one names; throws `NOT_FOUND` that names both. */
export async function readPart(
  store: ManifestStore,
  part: Descriptor,
  parent: Digest,
): Promise<ManifestContent> {
  const subject = `read ${store.name}@${parent}`;
  const content = await store.manifest(part.digest);
  if (content === undefined) {
    throw new PromoteError('NOT_FOUND', `${subject}: incomplete: manifest ${part.digest} is not there`, {
      hint: 'push the whole image again',
    });
  }
  if (content.bytes.length !== part.size)
    throw digestMismatch(part.digest, `${content.bytes.length} bytes instead of ${part.size}`, subject);
  if (isSameKind(part, content)) return content;
  throw new PromoteError(
    'INVALID',
    `${subject}: it names ${part.digest} as ${part.mediaType}, and that is ${content.descriptor.mediaType}`,
    {
      hint: 'container runtimes refuse such an image: build it again with a tool that names its parts rightly',
    },
  );
}

/** Whether a manifest is an index or an image, as the descriptor that names it says. */
export function isSameKind(part: Pick<Descriptor, 'mediaType'>, { descriptor }: ManifestContent): boolean {
  return isIndexType(part.mediaType) === isIndexType(descriptor.mediaType);
}

/** A store as far as an image's manifests are read. */
type ManifestStore = Pick<Store, 'name' | 'manifest'>;

interface Walk {
  readonly store: ManifestStore;
  readonly enter: (depth: number) => void;
  /** Whether a child is read. Otherwise only its descriptor is used. */
  readonly opens: (child: Descriptor) => boolean;
}

interface Visited {
  readonly digest: Digest;
  readonly content?: ManifestContent;
}

async function visit(walk: Walk, content: ManifestContent, depth: number): Promise<readonly Visited[]> {
  walk.enter(depth);
  const { digest } = content.descriptor;
  const visited = new Map<Digest, Visited>([[digest, { digest, content }]]);
  for (const child of childManifests(content)) {
    const below = walk.opens(child)
      ? await visit(walk, await readPart(walk.store, child, digest), depth + 1)
      : [{ digest: child.digest }];
    for (const each of below) visited.set(each.digest, each);
  }
  return [...visited.values()];
}
