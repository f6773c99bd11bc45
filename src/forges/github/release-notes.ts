import { isRefusal } from '../api/refusal.ts';
import type { ReleaseNotes } from '../source-changes.ts';
import type { GitHub } from './github.ts';

/** The release notes of a tag of `owner/repo` on the same host; `undefined` where none can be seen. */
export async function releaseNotes(
  github: GitHub,
  repository: string,
  tag: string,
): Promise<ReleaseNotes | undefined> {
  const [owner = '', repo = ''] = repository.split('/');
  const doing = `read the release ${tag} of ${repository} on behalf`;
  try {
    const { html_url: url, body } = await github.ask(doing, ({ rest }) =>
      rest.repos.getReleaseByTag({ owner, repo, tag }),
    );
    return { url, text: body ?? '' };
  } catch (error) {
    if (isRefusal(error, 403, 404)) return undefined;
    throw error;
  }
}
