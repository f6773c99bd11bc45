import { buffer } from 'node:stream/consumers';
import { PromoteError, rethrowDefect } from '../../errors.ts';
import type { Http } from '../../http/http.ts';
import type { Descriptor } from '../../oci/descriptor.ts';
import { isDigest } from '../../oci/digest.ts';
import type { ManifestContent } from '../../oci/manifest.ts';
import { inOneChunk } from '../../oci/one-chunk.ts';
import { parseRepositoryName, pathOf, registryOf } from '../../oci/reference.ts';
import type { HostRules } from '../auth/host-rules.ts';
import type { OpenStore, Store, TagOrDigest } from '../store.ts';
import { verifiedStream } from '../verified-stream.ts';
import type { OpenMirrors } from './client.ts';

/** The most bytes of a blob that is read completely, so that the origin can replace the mirror. */
const HELD_AT_MOST = 1024 * 1024;

/**
 * Gives stores that ask mirrors first for content named by its digest. They ask the origin for everything
 * else, and if a mirror lacks it. A mirror that fails or sends wrong bytes is not asked again in this run.
 */
export const createMirrors: OpenMirrors = (context, openAll) => {
  let open: OpenStore | undefined;
  const lost = new Set<string>();
  const giveUp = (registry: string, error: unknown) => {
    if (!(error instanceof PromoteError) || error.code === 'CANCELLED') throw error;
    // A mirror may lack content; that is no failure.
    if (error.code === 'NOT_FOUND' || lost.has(registry)) return;
    lost.add(registry);
    context.onMirrorLost?.(registry, error);
  };
  return origin => {
    const registries = context.hosts?.get(registryOf(origin.name))?.mirrors ?? [];
    const mirrors = registries.map((registry): Mirror => {
      const name = parseRepositoryName(`${registry}/${pathOf(origin.name)}`);
      const store = () => {
        open ??= openAll({ ...context, http: askedOnce(context.http), hosts: unmirrored(context.hosts) });
        return open(name);
      };
      return { store, isLost: () => lost.has(registry), giveUp: error => giveUp(registry, error) };
    });
    return mirrors.length === 0 ? undefined : mirroredStore(origin, mirrors);
  };
};

/** Tries a mirror once, since the origin can answer instead. */
function askedOnce(http: Http): Http {
  return {
    ...http,
    send: request => http.send({ ...request, tries: 1 }),
    stream: request => http.stream({ ...request, tries: 1 }),
  };
}

function unmirrored(hosts: HostRules | undefined): HostRules | undefined {
  return hosts && new Map([...hosts].map(([name, rule]) => [name, { ...rule, mirrors: [] }]));
}

interface Mirror {
  readonly store: () => Store;
  readonly isLost: () => boolean;
  /** Stops using the mirror; throws an error that is not a mirror's failure. */
  readonly giveUp: (error: unknown) => void;
}

function mirroredStore(origin: Store, mirrors: readonly Mirror[]): Store {
  return {
    name: origin.name,
    head: target => origin.head(target),
    hasBlob: descriptor => origin.hasBlob(descriptor),
    referrers: (subject, tags) => origin.referrers(subject, tags),
    tags: () => origin.tags(),
    putManifest: (content, tag) => origin.putManifest(content, tag),
    attach: referring => origin.attach(referring),
    detach: (subject, manifest) => origin.detach(subject, manifest),
    putBlob: (descriptor, source) => origin.putBlob(descriptor, source),
    manifest: async (target: TagOrDigest) =>
      (isDigest(target) ? await first(mirrors, mirror => readManifest(mirror, target)) : undefined) ??
      (await origin.manifest(target)),
    blob: async descriptor =>
      (await first(mirrors, mirror => readBlob(mirror, origin, descriptor))) ??
      (await origin.blob(descriptor)),
  };
}

async function first<Result>(
  mirrors: readonly Mirror[],
  read: (mirror: Mirror) => Promise<Result | undefined>,
): Promise<Result | undefined> {
  for (const mirror of mirrors.filter(({ isLost }) => !isLost())) {
    try {
      const found = await read(mirror);
      if (found !== undefined) return found;
    } catch (error) {
      rethrowDefect(error);
      mirror.giveUp(error);
    }
  }
  return undefined;
}

/**
 * The digest does not cover headers, so a manifest without its own media type is read from the origin. It is
 * where the mirror's header contradicts it, too.
 */
async function readManifest({ store }: Mirror, target: TagOrDigest): Promise<ManifestContent | undefined> {
  const content = await store().manifest(target).catch(contradicted);
  return content && namesItsType(content) ? content : undefined;
}

/** The bytes of such an error have the digest that was asked for. */
function contradicted(error: unknown): undefined {
  if (error instanceof PromoteError && error.code === 'INVALID') return undefined;
  throw error;
}

function namesItsType({ bytes }: ManifestContent): boolean {
  const { mediaType }: { readonly mediaType?: unknown } = JSON.parse(new TextDecoder().decode(bytes));
  return typeof mediaType === 'string';
}

async function readBlob(
  mirror: Mirror,
  origin: Store,
  descriptor: Descriptor,
): Promise<AsyncIterable<Uint8Array>> {
  const stream = await mirror.store().blob(descriptor);
  if (descriptor.size <= HELD_AT_MOST) return inOneChunk(await buffer(stream));
  return standingIn(mirror, stream, origin, descriptor);
}

/** If the mirror's stream breaks off, the origin's bytes follow. The whole stream is verified. */
async function* standingIn(
  mirror: Mirror,
  stream: AsyncIterable<Uint8Array>,
  origin: Store,
  descriptor: Descriptor,
): AsyncIterable<Uint8Array> {
  const operation = `pull ${origin.name}@${descriptor.digest}`;
  const together = continued(mirror, stream, () => origin.blob(descriptor));
  try {
    yield* verifiedStream(together, descriptor, operation);
  } catch (error) {
    if (!(error instanceof PromoteError) || error.code !== 'DIGEST_MISMATCH') throw error;
    mirror.giveUp(error);
    // The upload opens the blob again, and then reads from the origin alone.
    throw new PromoteError('UNREACHABLE', `${operation}: ${mirror.store().name} sends other bytes`, {
      cause: error,
      hint: 'run it again; repair the mirror, or take it out of hosts in the environments file',
    });
  }
}

async function* continued(
  mirror: Mirror,
  stream: AsyncIterable<Uint8Array>,
  reopen: () => Promise<AsyncIterable<Uint8Array>>,
): AsyncIterable<Uint8Array> {
  let passed = 0;
  try {
    for await (const chunk of stream) {
      yield chunk;
      passed += chunk.length;
    }
    return;
  } catch (error) {
    if (error instanceof PromoteError && error.code === 'DIGEST_MISMATCH') throw error;
    mirror.giveUp(error);
  }
  let skipped = 0;
  for await (const chunk of await reopen()) {
    const rest = chunk.subarray(Math.min(chunk.length, passed - skipped));
    skipped += chunk.length - rest.length;
    if (rest.length > 0) yield rest;
  }
}
