import { PromoteError } from '../../errors.ts';
import type { HttpResponse } from '../../http/request.ts';
import type { Descriptor } from '../../oci/descriptor.ts';
import { pathOf, type RepositoryName } from '../../oci/reference.ts';
import { RegistryError } from '../registry-error.ts';
import type { BlobSource } from '../store.ts';
import { cancelUpload } from './cancel-upload.ts';
import { type RegistryRequest, unexpected } from './client.ts';
import { pullScope, pushing, type RemoteRepository, urlIn } from './repository.ts';
import { sendInChunks, sendWhole, type UploadSession } from './send-blob.ts';
import { learnLimit, type UploadLimits } from './upload-limits.ts';

/** The registry's answer to a mount. A session takes the bytes if the mount failed. */
export type MountAnswer =
  | { readonly kind: 'mounted' }
  | { readonly kind: 'session'; readonly session: UploadSession }
  | { readonly kind: 'refused' };

const MOST_TRIES = 4;
/** Errors that a proxy or another writer may cause in a session. Our own bytes are verified while sending. */
const ABOUT_SESSION = /^(?:DIGEST_INVALID|SIZE_INVALID|BLOB_UPLOAD_(?:INVALID|UNKNOWN))$/;

/**
 * Asks the registry to link a blob from another of its repositories, or from the repository itself.
 * https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#mounting-a-blob-from-another-repository
 */
export async function mountBlob(
  repository: RemoteRepository,
  { digest }: Descriptor,
  from: RepositoryName,
): Promise<MountAnswer> {
  const query = new URLSearchParams({ mount: digest, from: pathOf(from) });
  const further = from === repository.name ? [] : [pullScope(from)];
  const request = startRequest(repository, digest, `?${query}`, further);
  try {
    const answer = await repository.client.send(request);
    if (answer.status === 201) return { kind: 'mounted' };
    if (answer.status === 202) return { kind: 'session', session: sessionOf(request, repository, answer) };
    // Harbor answers 401 for an inaccessible project, Docker Hub 400 or 401 for a foreign repository.
    if (answer.status >= 400 && answer.status < 500 && answer.status !== 429) return { kind: 'refused' };
    throw unexpected(request, answer);
  } catch (error) {
    const isDenied = error instanceof PromoteError && /^(?:UNAUTHORIZED|FORBIDDEN)$/.test(error.code);
    if (isDenied && further.length > 0) return { kind: 'refused' };
    throw error;
  }
}

/**
 * Uploads a blob in one PUT or in chunks, into the session if one is open. After a failed try it cancels the
 * session, and starts a new one with a newly opened source. A damaged source is read once more. Throws
 * `DIGEST_MISMATCH` if the bytes do not match the digest, and then stores nothing.
 */
export async function uploadBlob(
  repository: RemoteRepository,
  descriptor: Descriptor,
  source: BlobSource,
  { limits, session }: { readonly limits: UploadLimits; readonly session: UploadSession | undefined },
): Promise<void> {
  let current = session;
  let wasDamaged = false;
  for (let tried = 1; ; ) {
    current ??= await startUpload(repository, descriptor);
    const isWhole = descriptor.size <= limits.whole;
    const chunk = Math.max(limits.chunk, current.least);
    // The source is opened before the request waits in the queue: see createHttp.
    const stream = await source.open();
    try {
      if (isWhole) await sendWhole(repository, descriptor, current, stream);
      else await sendInChunks(repository, descriptor, current, stream, chunk);
      return;
    } catch (error) {
      if (!isGone(error)) await cancelUpload(repository, current.location);
      current = undefined;
      if (learnLimit(limits, error, isWhole ? descriptor.size : chunk)) continue;
      const isFirstDamage: boolean = isDamage(error) && !wasDamaged;
      wasDamaged ||= isFirstDamage;
      if (!isFirstDamage && (tried === MOST_TRIES || !mayPass(error))) throw error;
      await repository.client.pause(tried);
      tried += 1;
    }
  }
}

async function startUpload(repository: RemoteRepository, { digest }: Descriptor): Promise<UploadSession> {
  const request = startRequest(repository, digest, '', []);
  const answer = await repository.client.send(request);
  if (answer.status !== 202) throw unexpected(request, answer);
  return sessionOf(request, repository, answer);
}

function startRequest(
  repository: RemoteRepository,
  digest: string,
  query: string,
  further: readonly string[],
): RegistryRequest {
  return pushing(
    repository,
    {
      operation: `push ${repository.name}@${digest}`,
      method: 'POST',
      url: urlIn(repository, `blobs/uploads/${query}`),
      // A second session does no harm, because registries drop the first.
      idempotent: true,
    },
    further,
  );
}

function sessionOf(
  request: RegistryRequest,
  { client }: RemoteRepository,
  answer: HttpResponse,
): UploadSession {
  const location = URL.parse(answer.headers.location ?? '', answer.url.href);
  if (location === null || answer.headers.location === undefined) {
    throw unexpected(request, answer, 'without the Location of an upload');
  }
  client.guardUpload(location, request.operation);
  return { location, least: Number(answer.headers['oci-chunk-min-length'] ?? 0) || 0 };
}

function isDamage(error: unknown): boolean {
  return error instanceof PromoteError && error.code === 'DIGEST_MISMATCH';
}

/** Whether the upload session is gone, or the run is cancelled. */
function isGone(error: unknown): boolean {
  if (error instanceof RegistryError) return error.status === 404;
  return error instanceof PromoteError && error.code === 'CANCELLED';
}

function mayPass(error: unknown): boolean {
  if (error instanceof RegistryError) {
    // 401: the token expired. 404: the session expired. 416: the server's bytes differ from those sent.
    if ([401, 404, 408, 416, 429].includes(error.status) || error.status >= 500) return true;
    return error.status === 400 && error.errors.some(({ code }) => ABOUT_SESSION.test(code));
  }
  return error instanceof PromoteError && error.code === 'UNREACHABLE';
}
