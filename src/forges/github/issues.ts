import { PromoteError } from '../../errors.ts';
import { chosenIssue, type Issue, type Issues, isSaid } from '../issues.ts';
import type { GitHub } from './github.ts';

/** The most issues with the label that are read. */
const MOST = 1000;

/** Issues; needs `issues: write`. https://docs.github.com/en/rest/issues/issues */
export function createIssues(github: GitHub): Issues {
  return {
    async visibility() {
      const shown = await github.ask('read who may see it', ({ rest }) => rest.repos.get(github.place));
      if (!shown.has_issues) {
        throw new PromoteError('FORBIDDEN', `${github.name}: issues are turned off`, {
          hint: "turn them on in the repository's settings",
        });
      }
      return shown.private ? { kind: 'private' } : { kind: 'public', what: `${github.name} is public` };
    },
    async find(label, mark) {
      const listed = await github.pages('list its issues', MOST, ({ paginate, rest }) =>
        paginate.iterator(rest.issues.listForRepo, {
          ...github.place,
          labels: label,
          state: 'all',
          per_page: 100,
        }),
      );
      // GitHub lists pull requests as issues too.
      const own = listed.filter(one => one.pull_request === undefined && one.body?.includes(mark));
      return chosenIssue(own.map(asIssue));
    },
    async open(label, { title, body }) {
      const made = await github.ask('open an issue', ({ rest }) =>
        rest.issues.create({ ...github.place, title, body, labels: [label] }),
      );
      const labels = made.labels.map(one => (typeof one === 'string' ? one : one.name));
      if (!labels.includes(label)) {
        throw new PromoteError(
          'FORBIDDEN',
          `${github.name}: #${made.number} was opened without the label ${label}, which the token may not set`,
          {
            hint: `set the label ${label} on it, and give the token the right to write, so that it is found again`,
          },
        );
      }
      return asIssue(made);
    },
    async update(issue, content) {
      if (isSaid(issue, content)) return false;
      const { title, body, isOpen } = content;
      await github.ask(`update #${issue.number}`, ({ rest }) =>
        rest.issues.update({
          ...github.place,
          issue_number: issue.number,
          title,
          body,
          state: isOpen ? 'open' : 'closed',
        }),
      );
      return true;
    },
  };
}

interface Shown {
  readonly number: number;
  readonly html_url: string;
  readonly title: string;
  readonly body?: string | null | undefined;
  readonly state: string;
}

function asIssue({ number, html_url: url, title, body, state }: Shown): Issue {
  return { number, url, title, body: body ?? '', isOpen: state === 'open' };
}
