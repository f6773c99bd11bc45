import { PromoteError } from '../../errors.ts';
import type { HttpResponse } from '../../http/request.ts';
import type { Descriptor } from '../../oci/descriptor.ts';
import type { Digest } from '../../oci/digest.ts';
import { isIndexType, manifestContent, parseManifest } from '../../oci/manifest.ts';
import { parseErrors, type RegistryError } from '../registry-error.ts';
import { type RegistryRequest, unexpected } from './client.ts';
import { pages } from './pages.ts';
import { pulling, type RemoteRepository, urlIn } from './repository.ts';

const MOST_PAGES = 1000;
/** The most referrers of a manifest; without it, pages of full size would fill the memory. */
const MOST_REFERRERS = 20_000;
const PAGE_LIMIT = 4 * 1024 * 1024;
const NO_API = new Set([200, 301, 302, 303, 307, 308, 400, 404, 405, 406, 501]);
const TOO_MANY_REQUESTS = 429;
/** The answer of the Distribution code base for a path that it does not route. */
const UNROUTED = '404 page not found';

/**
 * The answer of the referrers API. `absent`: this repository or the whole registry has no such API.
 * `unknown`: the registry limits requests, with its error.
 */
export type ReferrersAnswer =
  | { readonly kind: 'listed'; readonly referrers: readonly Descriptor[] }
  | { readonly kind: 'absent'; readonly in: 'repository' | 'registry' }
  | { readonly kind: 'unknown'; readonly error?: RegistryError };

/**
 * Asks the referrers API, all pages and without a filter.
 * https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-referrers
 */
export async function askReferrers(repository: RemoteRepository, subject: Digest): Promise<ReferrersAnswer> {
  const request = pulling(repository, {
    operation: `list referrers of ${repository.name}@${subject}`,
    method: 'GET',
    url: urlIn(repository, `referrers/${subject}`),
    limit: PAGE_LIMIT,
    redirects: 'return',
  });
  const referrers = new Map<Digest, Descriptor>();
  let isFirst = true;
  for await (const answer of pages(repository, request, MOST_PAGES)) {
    const entries = answer.status === 200 ? parseIndex(answer) : undefined;
    if (entries === undefined) {
      if (isFirst) return withoutList(request, answer);
      throw unexpected(request, answer, 'a page of the list is missing');
    }
    for (const entry of entries) referrers.set(entry.digest, entry);
    if (referrers.size > MOST_REFERRERS)
      throw unexpected(request, answer, `more than ${MOST_REFERRERS} referrers`);
    isFirst = false;
  }
  return { kind: 'listed', referrers: [...referrers.values()] };
}

function withoutList(request: RegistryRequest, answer: HttpResponse): ReferrersAnswer {
  if (answer.status === TOO_MANY_REQUESTS) return { kind: 'unknown', error: unexpected(request, answer) };
  if (!NO_API.has(answer.status)) throw unexpected(request, answer);
  if (parseErrors(answer).some(({ code }) => code === 'NAME_UNKNOWN')) return { kind: 'unknown' };
  const isUnrouted = answer.status === 404 && new TextDecoder().decode(answer.bytes).trim() === UNROUTED;
  return { kind: 'absent', in: isUnrouted ? 'registry' : 'repository' };
}

/** The index's entries; `undefined` for an answer that is no index, such as HTML for an unknown path. */
function parseIndex({ bytes, headers }: HttpResponse): readonly Descriptor[] | undefined {
  const contentType = headers['content-type']?.split(';')[0]?.trim();
  try {
    const manifest = parseManifest(manifestContent(bytes, contentType));
    return manifest.kind === 'index' ? manifest.manifests : undefined;
  } catch (error) {
    if (!(error instanceof PromoteError) || (contentType !== undefined && isIndexType(contentType)))
      throw error;
    return undefined;
  }
}
