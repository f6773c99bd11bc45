import type { Descriptor } from '../../oci/descriptor.ts';
import type { Digest } from '../../oci/digest.ts';
import { type RepositoryName, registryOf } from '../../oci/reference.ts';
import type { BlobSource } from '../store.ts';
import { hasBlob } from './blobs.ts';
import type { RemoteRepository } from './repository.ts';
import type { UploadSession } from './send-blob.ts';
import { mountBlob, uploadBlob } from './upload.ts';
import { noLimits, type UploadLimits } from './upload-limits.ts';

/** Whether mounts work: by both names for two repositories, by a fixed key into the repository itself. */
export type MountMemory = Map<string, 'works' | 'fails'>;

/** What is known about a registry's writing of blobs. */
export interface WritingMemory {
  readonly mounts: MountMemory;
  readonly limits: UploadLimits;
  /** The repository that got a blob first in this run, or is getting it. */
  readonly held: Map<Digest, { readonly repository: RepositoryName; readonly work: Promise<unknown> }>;
}

/** A memory for a registry that has not shown anything yet. */
export function emptyMemory(): WritingMemory {
  return { mounts: new Map(), limits: noLimits(), held: new Map() };
}

const ITSELF = '';
/** The key for mounts from repositories that got the blob in this run. */
const NEIGHBOURS = 'neighbours';

/**
 * Writes a blob with as few requests as possible. One POST asks for a mount from the source's repository if
 * it is in the same registry. Else it asks for a mount from a repository that got the blob in this run. Else
 * it asks for a mount from the target repository itself, which shows whether the blob is there. The answer is
 * 201 if the blob is mounted, or 202 with the session for the PUT. So a blob that is there costs one request,
 * and another one two.
 *
 * A 202 to a mount into itself means that the blob is absent, if such mounts have worked here. It means the
 * same in registries of the Distribution code base, whose sessions contain `_state`. Elsewhere a HEAD
 * decides. If HEAD finds the blob, or if a mount is refused, later blobs begin with HEAD. They also do after
 * a 202 between two repositories.
 */
export async function putBlob(
  repository: RemoteRepository,
  memory: WritingMemory,
  descriptor: Descriptor,
  source: BlobSource,
): Promise<'present' | 'mounted' | 'copied'> {
  const { held, mounts } = memory;
  const { digest } = descriptor;
  // The first writer of a blob does not wait. If it fails, the next writer is the first.
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
  // The repository may have the blob, even if the neighbour's mount fails.
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
  /** `isDoubtful`: the blob may still be there. */
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
