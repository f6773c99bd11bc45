import type { Environments } from '../../environments/environments.ts';
import { type ErrorCode, PromoteError } from '../../errors.ts';
import type { Issues } from '../../forges/issues.ts';
import { ISSUE_LABEL, ISSUE_MARK, issueContent } from '../../reports/vulnerabilities/issue.ts';
import type { KeptIssue, Survey } from '../../reports/vulnerabilities/survey.ts';
import type { Effects } from '../../run/effects.ts';

/** A deployment repository with the environments whose files it has. */
interface IssuePlace {
  readonly repository: string;
  readonly issues: Issues;
  readonly environments: ReadonlySet<string>;
}

/**
 * The repositories with issues to update. Throws `FORBIDDEN` if everybody may read a repository's issues, or
 * if this is unknown, unless that is allowed. Also throws if a repository has no issues.
 */
export async function issuePlaces(
  effects: Pick<Effects, 'issues' | 'repository'>,
  { environments }: Environments,
  isPublicAllowed: boolean,
): Promise<readonly IssuePlace[]> {
  const places = new Map<string, { readonly issues: Issues; readonly environments: Set<string> }>();
  for (const { name, deployment } of environments) {
    const repository = (await effects.repository(deployment)).name;
    const known = places.get(repository);
    if (known !== undefined) {
      known.environments.add(name);
      continue;
    }
    const issues = await effects.issues?.(deployment);
    if (issues === undefined) throw without(repository);
    const seen = await issues.visibility();
    if (seen.kind !== 'private' && !isPublicAllowed) {
      const why = seen.kind === 'public' ? `everybody may read its issues: ${seen.what}` : seen.why;
      const first = seen.kind === 'unknown' ? `${seen.hint}; or ` : '';
      throw new PromoteError('FORBIDDEN', `no issue is written to ${repository}: ${why}`, {
        hint: `${first}run it with --public if everybody may know what is vulnerable`,
      });
    }
    places.set(repository, { issues, environments: new Set([name]) });
  }
  return [...places].map(([repository, place]) => ({ repository, ...place }));
}

function without(repository: string): PromoteError {
  return new PromoteError(
    'FORBIDDEN',
    `no issue is kept for ${repository}: it is on no forge whose issues are known`,
    {
      hint: 'issues are kept on GitHub and GitLab: set PROMOTE_GITHUB_TOKEN or PROMOTE_GITLAB_TOKEN, or leave --open-issue out',
    },
  );
}

/** Failures that last until a file or an image changes. After any other, the next run may know more. */
const LASTING: readonly ErrorCode[] = ['INVALID', 'NOT_FOUND', 'CONFIGURATION'];

/** Updates each repository's issue to the survey. If something did not answer, the issue is left as it is. */
export async function keepIssues(
  places: readonly IssuePlace[],
  survey: Survey,
): Promise<readonly KeptIssue[]> {
  const kept: KeptIssue[] = [];
  for (const { repository, issues, environments: names } of places) {
    const own = survey.environments.filter(({ name }) => names.has(name));
    if (own.some(({ failures }) => failures.some(({ code }) => !LASTING.includes(code)))) {
      kept.push({ repository, outcome: 'left' });
      continue;
    }
    kept.push({ repository, ...(await keepIssue(issues, own)) });
  }
  return kept;
}

async function keepIssue(
  issues: Issues,
  environments: Survey['environments'],
): Promise<Omit<KeptIssue, 'repository'>> {
  const content = issueContent(environments);
  const found = await issues.find(ISSUE_LABEL, ISSUE_MARK);
  if (found === undefined) {
    if (!content.isOpen) return { outcome: 'none' };
    const { url } = await issues.open(ISSUE_LABEL, content);
    return { outcome: 'opened', url };
  }
  const { url } = found;
  // A closed issue without new findings stays as it was closed.
  if (!found.isOpen && !content.isOpen) return { outcome: 'unchanged', url };
  if (!(await issues.update(found, content))) return { outcome: 'unchanged', url };
  if (found.isOpen === content.isOpen) return { outcome: 'updated', url };
  return { outcome: content.isOpen ? 'reopened' : 'closed', url };
}
