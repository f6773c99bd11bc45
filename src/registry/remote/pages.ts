import type { HttpResponse } from '../../http/request.ts';
import { type RegistryRequest, unexpected } from './client.ts';
import type { RemoteRepository } from './repository.ts';

const NEXT = /<([^>]*)>\s*;[^,]*\brel="?next"?/i;

/**
 * The answers to a GET and to its `Link rel=next` pages, whatever their status. Throws `REGISTRY` if pages
 * repeat or exceed the bound. https://www.rfc-editor.org/rfc/rfc5988
 */
export async function* pages(
  { client }: RemoteRepository,
  request: RegistryRequest,
  most: number,
): AsyncGenerator<HttpResponse, void> {
  const seen = new Set<string>();
  let url: URL | undefined = request.url;
  while (url !== undefined) {
    const answer: HttpResponse = await client.send({ ...request, url });
    seen.add(url.href);
    yield answer;
    url = nextPage(answer, client.base);
    if (url === undefined) return;
    if (seen.has(url.href)) throw unexpected({ ...request, url }, answer, 'its pages come round again');
    if (seen.size >= most) throw unexpected({ ...request, url }, answer, `more than ${most} pages`);
  }
}

// A link often names the wrong host behind a proxy, so the next page is requested from this registry.
function nextPage({ headers, url }: HttpResponse, base: URL): URL | undefined {
  const target = NEXT.exec(headers.link ?? '')?.[1];
  const next = target === undefined ? null : URL.parse(target, url.href);
  return next === null ? undefined : new URL(`${next.pathname}${next.search}`, base);
}
