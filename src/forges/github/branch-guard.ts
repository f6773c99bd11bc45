import { isRefusal } from '../api/refusal.ts';
import type { GitHub } from './github.ts';
import type { GitHubAuth } from './options.ts';
import {
  type BranchRules,
  isTestedOnBase,
  type RequiredStatus,
  readBranchRules,
  requiredIn,
} from './required-statuses.ts';

/** What a branch requires, what keeps a push to it back, and who a status of this login comes from. */
export interface BranchGuard {
  readonly required: readonly RequiredStatus[];
  /** Whether a merge is tested on the present base; absent: GitHub does not say. */
  readonly isFresh?: boolean | undefined;
  readonly pushes: readonly PushRule[];
  readonly source: StatusSource;
}

/** A ruleset, or the protection of a branch, that refuses a push without a pull request. */
export interface PushRule {
  /** The ruleset with its rules in GitHub's words; absent: protection, of which GitHub shows no more. */
  readonly name?: string | undefined;
  /** Whether this login may push past it; absent: GitHub does not say. */
  readonly mayPass?: boolean | undefined;
}

/** The author of a status: an App, every workflow of the repository, or a person, whose statuses are of no App. */
export type StatusSource =
  | { readonly kind: 'app'; readonly id: number; readonly name: string }
  | { readonly kind: 'job' }
  | { readonly kind: 'person'; readonly name: string }
  | { readonly kind: 'unknown' };

/** Rules that a commit made straight on the branch breaks. https://docs.github.com/en/rest/repos/rules */
const AGAINST_PUSHES = ['pull_request', 'required_status_checks', 'merge_queue', 'update', 'workflows'];

/** Reads what guards a branch. Of pushes, it is read where promote commits to the branch itself. */
export async function branchGuard(
  github: GitHub,
  auth: GitHubAuth,
  { branch, isPushedTo }: { readonly branch: string; readonly isPushedTo: boolean },
): Promise<BranchGuard> {
  const found = await readBranchRules(github, branch);
  const [pushes, source] = await Promise.all([
    isPushedTo ? pushRules(github, found) : [],
    isPushedTo ? ({ kind: 'unknown' } as const) : statusSource(github, auth),
  ]);
  const required = requiredIn(found);
  // Of the protection of a branch, GitHub shows only administrators whether it has to be up to date.
  const isHidden = required.some(({ by }) => by === 'protection') && !isTestedOnBase(found);
  return { required, isFresh: isHidden ? undefined : isTestedOnBase(found), pushes, source };
}

async function pushRules(
  github: GitHub,
  { protection, isProtected, rules }: BranchRules,
): Promise<readonly PushRule[]> {
  const against = rules.filter(({ type }) => AGAINST_PUSHES.includes(type));
  const rulesets = Map.groupBy(against, ({ ruleset_id: id }) => id);
  const isClassic = protection?.enabled === true || (isProtected && rules.length === 0);
  const read = [...rulesets].map(([id, found]) =>
    pushRule(github, id, [...new Set(found.map(({ type }) => type))]),
  );
  return [...(isClassic ? [{}] : []), ...(await Promise.all(read))];
}

async function pushRule(github: GitHub, id: number | undefined, types: readonly string[]): Promise<PushRule> {
  const kinds = types.join(', ');
  if (id === undefined) return { name: kinds };
  try {
    const { name, current_user_can_bypass: may } = await github.ask(`read ruleset ${id}`, ({ rest }) =>
      rest.repos.getRepoRuleset({ ...github.place, ruleset_id: id }),
    );
    const mayPass = may === undefined ? undefined : may === 'always' || may === 'exempt';
    return { name: `${JSON.stringify(name)} (${kinds})`, mayPass };
  } catch (error) {
    if (isRefusal(error, 403, 404)) return { name: kinds };
    throw error;
  }
}

const JOB = 'github-actions[bot]';
const BOT = /^(.+)\[bot\]$/;

/** https://docs.github.com/en/rest/apps/apps#get-an-app */
async function statusSource(github: GitHub, auth: GitHubAuth): Promise<StatusSource> {
  try {
    if (auth.kind === 'app' && /^\d+$/.test(auth.id)) {
      const id = Number(auth.id);
      return { kind: 'app', id, name: `App ${id}` };
    }
    const { name } = await github.viewer();
    if (name === JOB) return { kind: 'job' };
    const slug = BOT.exec(name)?.[1];
    if (slug === undefined) return { kind: 'person', name };
    const app = await github.ask(`read App ${slug}`, ({ rest }) => rest.apps.getBySlug({ app_slug: slug }));
    return app === null ? { kind: 'unknown' } : { kind: 'app', id: app.id, name: `App ${app.id} (${slug})` };
  } catch (error) {
    if (isRefusal(error, 403, 404)) return { kind: 'unknown' };
    throw error;
  }
}
