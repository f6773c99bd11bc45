import { type Answer, type Call, ok, page, type Route, refusal } from './request.ts';

/** Issues of the project, which Reporters label and edit. https://docs.gitlab.com/api/issues/ */
export const ISSUES: readonly Route[] = [
  { method: 'GET', template: 'projects/{id}/issues', handle: list },
  { method: 'POST', template: 'projects/{id}/issues', handle: create, level: 10 },
  { method: 'PUT', template: 'projects/{id}/issues/{issue_iid}', handle: update, level: 20 },
];

/** An issue as the server keeps it. */
export interface Issue {
  readonly iid: number;
  readonly web_url: string;
  title: string;
  description: string;
  state: 'opened' | 'closed';
  readonly labels: readonly string[];
}

function list(call: Call): Answer {
  const { world, query } = call;
  if (world.settings.issues === 'disabled') return refusal(403, '403 Forbidden');
  const label = query.get('labels');
  const found = world.issues.filter(({ labels }) => label === null || labels.includes(label));
  return page(call, found.toReversed());
}

function create({ world, user, body }: Call): Answer {
  if (world.settings.issues === 'disabled') return refusal(403, '403 Forbidden');
  const iid = world.issues.length + 1;
  // Guests open issues, and their labels are left out.
  const labels =
    user.access_level < 20 || world.settings.dropsLabels ? [] : String(body.labels ?? '').split(',');
  const web_url = `${world.web}/-/issues/${iid}`;
  const made: Issue = { iid, web_url, title: String(body.title), description: '', state: 'opened', labels };
  describe(made, String(body.description ?? ''));
  world.issues.push(made);
  return ok(made, 201);
}

function update({ world, body, parts: [, iid] }: Call): Answer {
  const found = world.issues.find(one => one.iid === Number(iid));
  if (found === undefined) return refusal(404, '404 Issue Not Found');
  if (body.title !== undefined) found.title = String(body.title);
  if (body.description !== undefined) describe(found, String(body.description));
  if (body.state_event === 'close') found.state = 'closed';
  if (body.state_event === 'reopen') found.state = 'opened';
  return ok(found);
}

/** Lines that begin with a quick action are taken out and carried out. */
function describe(issue: Issue, text: string): void {
  if (/^\/close\b/m.test(text)) issue.state = 'closed';
  issue.description = text.replace(/^\/(?:close|promote|assign)\b.*$/gm, '').trim();
}
