import { PromoteError } from '../../errors.ts';
import type { HttpResponse } from '../../http/request.ts';
import type { Descriptor } from '../../oci/descriptor.ts';
import { pathOf, type RepositoryName } from '../../oci/reference.ts';
import { RegistryError } from '../registry-error.ts';
import type { BlobSource } from '../store.ts';
import { verifiedStream } from '../verified-stream.ts';
import { type RegistryRequest, unexpected } from './client.ts';
import { pullScope, pushing, type RemoteRepository, urlIn } from './repository.ts';

/** What a registry answers to a mount; a session is where the bytes are to be put instead. */
export type MountAnswer =
  | { readonly kind: 'mounted' }
  | { readonly kind: 'session'; readonly location: URL }
  | { readonly kind: 'refused' };

const MOST_TRIES = 4;
/** What a proxy on the way, or another writer, may have done to a session; our own bytes are verified as they are sent. */
const ABOUT_SESSION = /^(?:DIGEST_INVALID|SIZE_INVALID|BLOB_UPLOAD_(?:INVALID|UNKNOWN))$/;

/**
 * Asks for a blob to be linked from another repository of the registry, or from the repository itself.
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
    if (answer.status === 202) return { kind: 'session', location: locationOf(request, repository, answer) };
    // Harbor answers 401 for a project out of reach, Docker Hub 400 or 401 for a foreign repository.
    if (answer.status >= 400 && answer.status < 500 && answer.status !== 429) return { kind: 'refused' };
    throw unexpected(request, answer);
  } catch (error) {
    const isDenied = error instanceof PromoteError && /^(?:UNAUTHORIZED|FORBIDDEN)$/.test(error.code);
    if (isDenied && further.length > 0) return { kind: 'refused' };
    throw error;
  }
}

/**
 * Uploads a blob in one PUT, into the session if one is open; a failed try is followed by a new session and a newly
 * opened source. Nothing is stored unless the bytes hash to the digest (`DIGEST_MISMATCH`).
 */
export async function uploadBlob(
  repository: RemoteRepository,
  descriptor: Descriptor,
  source: BlobSource,
  session: URL | undefined,
): Promise<void> {
  let location = session;
  for (let tried = 1; ; tried += 1) {
    location ??= await startUpload(repository, descriptor);
    // Opened before the PUT takes its place in the queue: see createHttp.
    const stream = await source.open();
    try {
      await putBytes(repository, descriptor, location, stream);
      return;
    } catch (error) {
      if (tried === MOST_TRIES || !mayPass(error)) throw error;
      await repository.client.pause(tried);
      location = undefined;
    }
  }
}

async function startUpload(repository: RemoteRepository, { digest }: Descriptor): Promise<URL> {
  const request = startRequest(repository, digest, '', []);
  const answer = await repository.client.send(request);
  if (answer.status !== 202) throw unexpected(request, answer);
  return locationOf(request, repository, answer);
}

async function putBytes(
  repository: RemoteRepository,
  descriptor: Descriptor,
  location: URL,
  stream: AsyncIterable<Uint8Array>,
): Promise<void> {
  const { digest, size } = descriptor;
  const operation = `push ${repository.name}@${digest}`;
  const request = pushing(repository, {
    operation,
    method: 'PUT',
    // The session's own query is a secret of the registry's: not a character of it may change.
    url: new URL(`${location.href}${location.search === '' ? '?' : '&'}digest=${encodeURIComponent(digest)}`),
    headers: { 'content-type': 'application/octet-stream', 'content-length': String(size) },
    body: verifiedStream(stream, descriptor, operation),
  });
  const answer = await repository.client.send(request);
  if (answer.status < 200 || answer.status > 299) throw unexpected(request, answer);
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
      // A second session does no harm: registries drop the first.
      idempotent: true,
    },
    further,
  );
}

function locationOf(request: RegistryRequest, { client }: RemoteRepository, answer: HttpResponse): URL {
  const location = URL.parse(answer.headers.location ?? '', answer.url.href);
  if (location === null || answer.headers.location === undefined) {
    throw unexpected(request, answer, 'without the Location of an upload');
  }
  client.guardUpload(location, request.operation);
  return location;
}

function mayPass(error: unknown): boolean {
  if (error instanceof RegistryError) {
    // 401: the token expired on the way; 404: the session did; 416: the server has other bytes of it than were sent.
    if ([401, 404, 408, 416, 429].includes(error.status) || error.status >= 500) return true;
    return error.status === 400 && error.errors.some(({ code }) => ABOUT_SESSION.test(code));
  }
  return error instanceof PromoteError && error.code === 'UNREACHABLE';
}
