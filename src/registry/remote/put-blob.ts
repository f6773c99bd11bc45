import type { Descriptor } from '../../oci/descriptor.ts';
import type { Digest } from '../../oci/digest.ts';
import { type RepositoryName, registryOf } from '../../oci/reference.ts';
import type { BlobSource } from '../store.ts';
import { hasBlob } from './blobs.ts';
import type { RemoteRepository } from './repository.ts';
import type { UploadSession } from './send-blob.ts';
import { mountBlob, uploadBlob } from './upload.ts';
import { noLimits, type UploadLimits } from './upload-limits.ts';

/** What a registry has shown of its mounts: from a repository into another by both names, into itself by none. */
export type MountMemory = Map<string, 'works' | 'fails'>;

/** What a registry has shown of writing blobs. */
export interface WritingMemory {
  readonly mounts: MountMemory;
  readonly limits: UploadLimits;
  /** Which repository got a blob first in this run, or is getting it. */
  readonly held: Map<Digest, { readonly repository: RepositoryName; readonly work: Promise<unknown> }>;
}

/** Nothing yet. */
export function emptyMemory(): WritingMemory {
  return { mounts: new Map(), limits: noLimits(), held: new Map() };
}

const ITSELF = '';
/** What is known of mounts from repositories that only got the blob in this run. */
const NEIGHBOURS = 'neighbours';

/**
 * Brings a blob in with as few requests as can be. One POST asks for a mount from the source's repository where that
 * is of the same registry. Else it asks for one from a repository that got the blob in this run, so that a shared
 * layer moves once. Else it asks for one from the repository itself, which finds what is there already. Its answer is
 * the end (201), or the session for the PUT (202). That is one request for a blob that is there, and two for one that
 * is not.
 *
 * A 202 to a mount into itself means that the blob is absent, if such mounts have worked here. It means so too where
 * the registry is of the Distribution code base, known by `_state` in its sessions. Elsewhere a HEAD makes sure.
 * Where that finds the blob, or a mount is refused, HEAD comes first from then on. So it does after a 202 between two
 * repositories.
 */
export async function putBlob(
  repository: RemoteRepository,
  memory: WritingMemory,
  descriptor: Descriptor,
  source: BlobSource,
): Promise<'present' | 'mounted' | 'copied'> {
  const { held, mounts } = memory;
  const { digest } = descriptor;
  // Whoever brings it first waits for nobody; where that fails, the next one is the first.
  for (let other = held.get(digest); other !== undefined; other = held.get(digest)) {
    if (mounts.get(NEIGHBOURS) === 'fails') break;
    const [{ status }] = await Promise.allSettled([other.work]);
    if (status === 'fulfilled')
      return await bring(repository, memory, descriptor, { ...source, neighbour: other.repository });
    if (held.get(digest) === other) held.delete(digest);
  }
  const work = bring(repository, memory, descriptor, source);
  held.set(digest, { repository: repository.name, work });
  return await work;
}

async function bring(
  repository: RemoteRepository,
  { mounts, limits }: WritingMemory,
  descriptor: Descriptor,
  { neighbour, ...source }: BlobSource & { readonly neighbour?: RepositoryName },
): Promise<'present' | 'mounted' | 'copied'> {
  const own = mountable(source.repository, repository.name);
  const near = own === undefined ? mountable(neighbour, repository.name) : undefined;
  const from = own ?? near;
  const linked = await link(repository, mounts, descriptor, from);
  const failed = near !== undefined && linked.kind === 'not-linked';
  if (failed) mounts.set(NEIGHBOURS, 'fails');
  // The repository may have it, whatever the neighbour's mount says.
  const answer: LinkAnswer = failed ? { ...linked, isDoubtful: true } : linked;
  if (answer.kind === 'linked') return from === undefined ? 'present' : 'mounted';
  if (answer.isDoubtful && (await hasBlob(repository, descriptor))) {
    if (from === undefined) mounts.set(ITSELF, 'fails');
    return 'present';
  }
  await uploadBlob(repository, descriptor, source, { limits, session: answer.session });
  return 'copied';
}

type LinkAnswer =
  | { readonly kind: 'linked' }
  /** `isDoubtful`: the blob may be there all the same. */
  | { readonly kind: 'not-linked'; readonly session?: UploadSession; readonly isDoubtful: boolean };

async function link(
  repository: RemoteRepository,
  memory: MountMemory,
  descriptor: Descriptor,
  from: RepositoryName | undefined,
): Promise<LinkAnswer> {
  const key = from === undefined ? ITSELF : `${from} ${repository.name}`;
  if (memory.get(key) === 'fails') return { kind: 'not-linked', isDoubtful: true };
  const answer = await mountBlob(repository, descriptor, from ?? repository.name);
  switch (answer.kind) {
    case 'mounted':
      memory.set(key, 'works');
      return { kind: 'linked' };
    case 'refused':
      memory.set(key, 'fails');
      return { kind: 'not-linked', isDoubtful: true };
    case 'session': {
      const { session } = answer;
      if (from !== undefined) {
        memory.set(key, 'fails');
        return { kind: 'not-linked', session, isDoubtful: false };
      }
      const isTrusted = memory.get(key) === 'works' || session.location.searchParams.has('_state');
      return { kind: 'not-linked', session, isDoubtful: !isTrusted };
    }
  }
}

function mountable(source: RepositoryName | undefined, target: RepositoryName): RepositoryName | undefined {
  const isNeighbour = source !== undefined && source !== target && registryOf(source) === registryOf(target);
  return isNeighbour ? source : undefined;
}
