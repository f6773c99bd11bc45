import { PromoteError } from '../../errors.ts';
import type { GitHub } from './github.ts';

/** The archive of a commit, as a stream that is packed by gzip. */
export async function openArchive(
  github: GitHub,
  doing: string,
  commit: string,
): Promise<AsyncIterable<Uint8Array>> {
  const body = await github.ask(doing, async client => {
    const { data } = await client.request('GET /repos/{owner}/{repo}/tarball/{ref}', {
      ...github.place,
      ref: commit,
      request: { parseSuccessResponseBody: false },
    });
    return { data: data instanceof ReadableStream ? data : undefined };
  });
  if (body !== undefined) return body;
  throw new PromoteError('UNREACHABLE', `${doing} of ${github.name}: no body`, { hint: 'run it again' });
}
