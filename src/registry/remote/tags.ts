import { rethrowDefect } from '../../errors.ts';
import type { HttpResponse } from '../../http/request.ts';
import { isTag } from '../../oci/reference.ts';
import { parseErrors } from '../registry-error.ts';
import { unexpected } from './client.ts';
import { pages } from './pages.ts';
import { pulling, type RemoteRepository, urlIn } from './repository.ts';

const PAGE_SIZE = 1000;
const MOST_PAGES = 10;
const PAGE_LIMIT = 4 * 1024 * 1024;

/** Every tag; none if the repository is absent, `undefined` if tags are not listed or have too many pages. */
export async function listTags(repository: RemoteRepository): Promise<readonly string[] | undefined> {
  const request = pulling(repository, {
    operation: `list tags of ${repository.name}`,
    method: 'GET',
    url: urlIn(repository, `tags/list?n=${PAGE_SIZE}`),
    limit: PAGE_LIMIT,
  });
  const tags: string[] = [];
  let count = 0;
  // One more page than allowed is requested, so that too many pages are not an error.
  for await (const answer of pages(repository, request, MOST_PAGES + 1)) {
    // A policy may allow pulls but no listing. If pulls are refused too, the next request shows it.
    if (count === 0 && (answer.status === 401 || answer.status === 403)) return undefined;
    if (answer.status === 404 && isUnknownRepository(answer)) return [];
    if ([404, 405, 501].includes(answer.status)) return undefined;
    if (answer.status !== 200) throw unexpected(request, answer);
    count += 1;
    if (count > MOST_PAGES) return undefined;
    const page = parseTags(answer);
    if (page === undefined) throw unexpected(request, answer, 'not a list of tags');
    tags.push(...page);
  }
  return tags;
}

function isUnknownRepository(answer: HttpResponse): boolean {
  return parseErrors(answer).some(({ code }) => code === 'NAME_UNKNOWN');
}

function parseTags({ bytes }: HttpResponse): readonly string[] | undefined {
  try {
    const { tags }: { tags?: unknown } = JSON.parse(new TextDecoder().decode(bytes));
    // A repository whose last tag was deleted lists null.
    if (tags === null) return [];
    return Array.isArray(tags)
      ? tags.filter((tag: unknown) => typeof tag === 'string' && isTag(tag))
      : undefined;
  } catch (error) {
    rethrowDefect(error);
    return undefined;
  }
}
