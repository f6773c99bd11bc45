import { PromoteError } from '../../errors.ts';
import type { HttpResponse } from '../../http/request.ts';
import type { Descriptor } from '../../oci/descriptor.ts';
import { digestMismatch, isDigest, verifyDigest } from '../../oci/digest.ts';
import { MANIFEST_LIMIT, type ManifestContent, MEDIA_TYPES, manifestContent } from '../../oci/manifest.ts';
import { formatReference, type RepositoryName } from '../../oci/reference.ts';
import { parseErrors } from '../registry-error.ts';
import type { TagOrDigest } from '../store.ts';
import { unexpected } from './client.ts';
import { pulling, pushing, type RemoteRepository, urlIn } from './repository.ts';

const ACCEPT = [
  MEDIA_TYPES.index,
  MEDIA_TYPES.manifest,
  MEDIA_TYPES.dockerManifest,
  MEDIA_TYPES.dockerList,
].join(', ');

const SCHEMA_1 = /^application\/vnd\.docker\.distribution\.manifest\.v1\+(?:json|prettyjws)$/;
/** The answer comes from a captive portal, a login page or another product. */
const PAGE = 'a web page, and no manifest: something else than a registry answers there';

/** The most tries to write a manifest under a tag. */
const TAG_TRIES = 4;

/** A manifest's descriptor by HEAD, or by GET if the answer to HEAD is incomplete. */
export async function headManifest(
  repository: RemoteRepository,
  target: TagOrDigest,
): Promise<Descriptor | undefined> {
  const operation = `look up ${nameOf(repository.name, target)}`;
  const request = pulling(repository, {
    operation,
    method: 'HEAD',
    url: manifestUrl(repository, target),
    headers: { accept: ACCEPT },
  });
  const answer = await repository.client.send(request);
  if (answer.status === 404) return undefined;
  const descriptor = answer.status === 200 ? describe(answer) : undefined;
  if (descriptor !== undefined) {
    if (isDigest(target) && descriptor.digest !== target) {
      throw digestMismatch(target, descriptor.digest, operation);
    }
    return descriptor;
  }
  // Artifactory answers HEAD with 403 for an absent manifest.
  if (![200, 403, 405].includes(answer.status)) throw unexpected(request, answer);
  return (await getManifest(repository, target))?.descriptor;
}

/**
 * A manifest's verified bytes; `undefined` where it is absent. Damaged bytes are requested once more, from
 * elsewhere. Throws `DIGEST_MISMATCH` and `TOO_LARGE`.
 */
export async function getManifest(
  repository: RemoteRepository,
  target: TagOrDigest,
): Promise<ManifestContent | undefined> {
  try {
    return await readManifest(repository, target, false);
  } catch (error) {
    if (!(error instanceof PromoteError) || error.code !== 'DIGEST_MISMATCH') throw error;
    return await readManifest(repository, target, true);
  }
}

async function readManifest(
  repository: RemoteRepository,
  target: TagOrDigest,
  elsewhere: boolean,
): Promise<ManifestContent | undefined> {
  const operation = `pull ${nameOf(repository.name, target)}`;
  const request = pulling(repository, {
    operation,
    method: 'GET',
    url: manifestUrl(repository, target),
    headers: { accept: ACCEPT },
    limit: MANIFEST_LIMIT,
    elsewhere,
  });
  const answer = await repository.client.send(request);
  if (answer.status === 404) return undefined;
  if (answer.status !== 200) throw unexpected(request, answer);
  const { bytes, headers } = answer;
  const mediaType = mediaTypeOf(answer);
  if (mediaType === 'text/html') throw unexpected(request, answer, PAGE);
  // The digest covers the signed payload, not the bytes:
  // https://distribution.github.io/distribution/spec/deprecated-schema-v1/
  if (SCHEMA_1.test(mediaType ?? '')) {
    throw new PromoteError('UNSUPPORTED', `${operation}: it is an image of Docker's schema 1`, {
      hint: 'rebuild the image with a tool that writes OCI or Docker schema 2 manifests',
    });
  }
  const promised = isDigest(target) ? target : headers['docker-content-digest'];
  if (promised !== undefined && isDigest(promised)) verifyDigest(promised, bytes, operation);
  const content = manifestContent(bytes, mediaType, operation);
  return isDigest(target) ? { bytes, descriptor: { ...content.descriptor, digest: target } } : content;
}

/** Writes a manifest's bytes unchanged, by tag or by digest. */
export async function putManifest(
  repository: RemoteRepository,
  { descriptor, bytes }: ManifestContent,
  target: TagOrDigest = descriptor.digest,
): Promise<HttpResponse> {
  const operation = `push ${nameOf(repository.name, target)}`;
  const request = pushing(repository, {
    operation,
    method: 'PUT',
    url: manifestUrl(repository, target),
    headers: { 'content-type': descriptor.mediaType },
    body: bytes,
  });
  let answer = await repository.client.send(request);
  for (let tried = 1; tried < TAG_TRIES && isRaced(answer, target); tried += 1) {
    await repository.client.pause(tried);
    answer = await repository.client.send(request);
  }
  if (answer.status < 200 || answer.status > 299) throw unexpected(request, answer);
  const stored = answer.headers['docker-content-digest'];
  if (stored !== undefined && isDigest(stored)) verifyDigest(stored, bytes, operation);
  return answer;
}

/** docker-registry confuses two writers of one tag, and then reports the bytes of one as damaged. */
function isRaced(answer: HttpResponse, target: TagOrDigest): boolean {
  if (answer.status !== 400 || isDigest(target)) return false;
  return parseErrors(answer).some(({ code }) => code === 'DIGEST_INVALID');
}

/** The reference of a manifest in a repository, for messages. */
export function nameOf(repository: RepositoryName, target: TagOrDigest): string {
  return formatReference({ repository, ...(isDigest(target) ? { digest: target } : { tag: target }) });
}

function describe(answer: HttpResponse): Descriptor | undefined {
  const { 'docker-content-digest': digest = '', 'content-length': length = '' } = answer.headers;
  const mediaType = mediaTypeOf(answer);
  if (!isDigest(digest) || !/^\d+$/.test(length) || mediaType === undefined) return undefined;
  return { mediaType, digest, size: Number(length) };
}

function mediaTypeOf({ headers }: HttpResponse): string | undefined {
  return headers['content-type']?.split(';')[0]?.trim();
}

function manifestUrl(repository: RemoteRepository, target: TagOrDigest): URL {
  return urlIn(repository, `manifests/${isDigest(target) ? target : encodeURIComponent(target)}`);
}
