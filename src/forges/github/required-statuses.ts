import type { GitHub } from './github.ts';

/** A status that a branch requires before a merge. */
export interface RequiredStatus {
  readonly context: string;
  /** The App that must set it; absent: anyone may. */
  readonly app?: number;
  readonly by: 'protection' | 'ruleset';
}

/** A branch's protection as far as all who may read see it, and the rules of its rulesets. */
export type BranchRules = Awaited<ReturnType<typeof readBranchRules>>;

const MOST_RULES = 300;

export async function readBranchRules(github: GitHub, branch: string) {
  const doing = `read protection of ${branch}`;
  const [{ protection, protected: isProtected }, rules] = await Promise.all([
    github.ask(doing, ({ rest }) => rest.repos.getBranch({ ...github.place, branch })),
    github.pages(doing, MOST_RULES, client =>
      client.paginate.iterator(client.rest.repos.getBranchRules, { ...github.place, branch, per_page: 100 }),
    ),
  ]);
  return { protection, isProtected, rules };
}

/** The statuses that a branch requires before a merge, by its protection and its rulesets. */
export function requiredIn({ protection, rules }: BranchRules): readonly RequiredStatus[] {
  const protectedBy = (protection?.required_status_checks?.checks ?? []).map(({ context, app_id }) =>
    required('protection', context, app_id),
  );
  const ruledBy = rules.flatMap(rule =>
    rule.type === 'required_status_checks'
      ? (rule.parameters?.required_status_checks ?? []).map(({ context, integration_id }) =>
          required('ruleset', context, integration_id),
        )
      : [],
  );
  return [...protectedBy, ...ruledBy];
}

/** What else the rulesets of a branch ask of a merge, in words. A failed one shows in no check. */
export function otherDemands({ rules }: BranchRules): readonly string[] {
  const found = rules.flatMap(rule => {
    switch (rule.type) {
      case 'pull_request':
        return rule.parameters?.required_review_thread_resolution ? 'every conversation is resolved' : [];
      case 'required_signatures':
        return 'every commit is signed';
      case 'required_deployments':
        return `it is deployed to ${rule.parameters?.required_deployment_environments.join(', ')}`;
      case 'code_scanning':
        return 'code scanning finds nothing';
      default:
        return [];
    }
  });
  return [...new Set(found)];
}

/** Whether a merge is tested on the present base: the branch has to be up to date, or a queue tests it. */
export function isTestedOnBase({ rules }: BranchRules): boolean {
  return rules.some(
    rule =>
      rule.type === 'merge_queue' ||
      (rule.type === 'required_status_checks' &&
        rule.parameters?.strict_required_status_checks_policy === true),
  );
}

function required(by: RequiredStatus['by'], context: string, app: number | null | undefined): RequiredStatus {
  // Branch protection writes "any App" as -1.
  return { context, by, ...(typeof app === 'number' && app > 0 && { app }) };
}
