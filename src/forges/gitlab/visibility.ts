import type { Visibility } from '../visibility.ts';
import type { GitLab } from './gitlab.ts';
import type { Project } from './project.ts';

/**
 * Who may see the project and its site. The site's level `public` shows the site to everybody.
 * https://docs.gitlab.com/api/projects/#project-visibility-level
 */
export async function visibility({ name }: GitLab, project: Project): Promise<Visibility> {
  const { visibility: level, pages_access_level: site } = await project.facts();
  if (level === 'public') return { kind: 'public', what: `${name} is public` };
  if (site === 'public') return { kind: 'public', what: `the site of ${name} is public` };
  if (level === 'private' || level === 'internal') return { kind: 'private' };
  return {
    kind: 'unknown',
    why: `GitLab does not say who may see ${name}`,
    hint: 'set PROMOTE_GITLAB_TOKEN to a project or group access token',
  };
}
