import { z } from 'zod';
import { PromoteError } from '../../errors.ts';
import { chosenIssue, type Issue, type IssueContent, type Issues, isSaid } from '../issues.ts';
import type { GitLab } from './gitlab.ts';
import type { Need } from './need.ts';
import type { Project } from './project.ts';
import { writtenText } from './pull-requests/written.ts';

/** The most issues with the label that are read. */
const MOST = 1000;

/** https://docs.gitlab.com/user/permissions/#project-planning */
const NEED: Need = { scope: 'api', role: 'Reporter' };

const ISSUE = z.object({
  iid: z.number().int(),
  web_url: z.string(),
  title: z.string(),
  description: z.string().nullish(),
  state: z.string(),
  labels: z.array(z.string()).default([]),
});

/** Issues of the project. https://docs.gitlab.com/api/issues/ */
export function createIssues(gitlab: GitLab, project: Project): Issues {
  return {
    async visibility() {
      const { visibility: level, issues_access_level: access } = await project.facts();
      if (access === 'disabled') {
        throw new PromoteError('FORBIDDEN', `${gitlab.name}: issues are turned off`, {
          hint: "turn them on in the project's settings",
        });
      }
      // The level `private` of issues shows them only to members, whoever sees the project.
      if (level === 'private' || level === 'internal' || access === 'private') return { kind: 'private' };
      if (level === 'public') return { kind: 'public', what: `${gitlab.name} is public` };
      return {
        kind: 'unknown',
        why: `GitLab does not say who may see ${gitlab.name}`,
        hint: 'set PROMOTE_GITLAB_TOKEN to a project or group access token',
      };
    },
    async find(label, mark) {
      const query = { labels: label, scope: 'all', state: 'all' };
      const ask = { doing: 'list its issues', path: 'issues', query };
      const own: Issue[] = [];
      for await (const shown of gitlab.items(ask, ISSUE, MOST))
        if (shown.description?.includes(mark)) own.push(asIssue(shown));
      return chosenIssue(own);
    },
    async open(label, content) {
      const { title, description } = written(content);
      const body = { title, description, labels: label };
      const ask = { doing: 'open an issue', method: 'POST', path: 'issues', need: NEED, body } as const;
      const made = await gitlab.ask(ask, ISSUE);
      if (!made.labels.includes(label)) {
        throw new PromoteError(
          'FORBIDDEN',
          `${gitlab.name}: #${made.iid} was opened without the label ${label}, which the token may not set`,
          {
            hint: `set the label ${label} on it, and use a token with the role Reporter, so that it is found again`,
          },
        );
      }
      return asIssue(made);
    },
    async update(issue, content) {
      const { title, description } = written(content);
      if (isSaid(issue, { title, body: description, isOpen: content.isOpen })) return false;
      const state =
        content.isOpen === issue.isOpen ? {} : { state_event: content.isOpen ? 'reopen' : 'close' };
      const body = { title, description, ...state };
      const path = `issues/${issue.number}`;
      const ask = { doing: `update #${issue.number}`, method: 'PUT', path, need: NEED, body } as const;
      await gitlab.ask(ask, ISSUE);
      return true;
    },
  };
}

/** The texts without quick actions, which GitLab would run in promote's name. */
function written({ title, body }: IssueContent) {
  return { title: title.trim(), description: writtenText(body) };
}

function asIssue({ iid, web_url: url, title, description, state }: z.infer<typeof ISSUE>): Issue {
  return { number: iid, url, title, body: description ?? '', isOpen: state === 'opened' };
}
