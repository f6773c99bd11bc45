import { isRefusal } from '../api/refusal.ts';
import type { Visibility } from '../visibility.ts';
import type { GitHub } from './github.ts';

/**
 * Who may see the repository and its site: on most plans, the site of a private repository is public.
 * https://docs.github.com/en/rest/pages/pages#get-a-github-pages-site
 */
export async function visibility(github: GitHub): Promise<Visibility> {
  const doing = 'read who may see it';
  const shown = await github.ask(doing, ({ rest }) => rest.repos.get(github.place));
  if (!shown.private) return { kind: 'public', what: `${github.name} is public` };
  if (!shown.has_pages) return { kind: 'private' };
  try {
    const site = await github.ask(doing, ({ rest }) => rest.repos.getPages(github.place));
    if (!site.public) return { kind: 'private' };
    return { kind: 'public', what: `the site of ${github.name} is public` };
  } catch (error) {
    if (!isRefusal(error, 403, 404)) throw error;
    return {
      kind: 'unknown',
      why: `${github.name} has a site, and the token may not read who sees it`,
      hint: 'give the token the permission `pages: read`',
    };
  }
}
