import { APP } from './emulated.ts';
import { JOB_TOKEN } from './job-token.ts';
import { type ApiAnswer, type ApiRequest, type Fields, fields, items, refusal } from './request.ts';
import type { World } from './world.ts';

/** Run approvals, rulesets and activity, which `emulate` has not, and teams, which it shows everybody. */
export function extras(
  world: World,
  { method, parts, url, authorization }: ApiRequest,
): ApiAnswer | undefined {
  const [first, , , kind, part, id] = parts;
  if (first === 'orgs' && authorization.endsWith(` ${JOB_TOKEN}`)) return refusal(404, 'Not Found');
  if (method === 'GET' && (kind === 'actions' || kind === 'check-runs')) return runsOf(world, parts);
  if (method === 'GET' && kind === 'environments')
    return environmentOf(world, decodeURIComponent(part ?? ''), id);
  if (method === 'GET' && kind === 'pages') return siteOf(world);
  if (method === 'GET' && kind === 'activity') return { status: 200, body: activityOf(world, url) };
  if (method === 'GET' && kind === 'rules' && part === 'branches') {
    return { status: 200, body: rulesOf(world) };
  }
  if (method === 'GET') return shownOf(world, parts);
  return undefined;
}

/**
 * A run, with who ran it again, or its approvals over all attempts.
 * https://docs.github.com/en/rest/actions/workflow-runs#get-a-workflow-run
 */
function runOf({ approvals, runs }: World, id: number, what: string | undefined): ApiAnswer | undefined {
  if (what !== undefined && what !== 'approvals') return undefined;
  const found = what === undefined ? runs.get(id) : approvals.get(id);
  return found === undefined ? refusal(404, 'Not Found') : { status: 200, body: found };
}

function runsOf(world: World, parts: ApiRequest['parts']): ApiAnswer | undefined {
  const [, , , kind, part, id, action] = parts;
  if (kind === 'check-runs')
    return id === 'annotations'
      ? { status: 200, body: world.annotations.get(Number(part)) ?? [] }
      : undefined;
  if (part !== 'runs') return undefined;
  return attemptOf(world, Number(id), parts.slice(6)) ?? runOf(world, Number(id), action);
}

/**
 * The jobs of an attempt; each is a check run, whose annotations stay over all attempts.
 * https://docs.github.com/en/rest/actions/workflow-jobs#list-jobs-for-a-workflow-run-attempt
 */
function attemptOf(
  { attempts }: World,
  run: number,
  [what, attempt, jobs]: readonly string[],
): ApiAnswer | undefined {
  if (what !== 'attempts' || jobs !== 'jobs') return undefined;
  const found = attempts.get(`${run}/${attempt}`);
  if (found === undefined) return refusal(404, 'Not Found');
  return { status: 200, body: { total_count: found.length, jobs: found } };
}

/** https://docs.github.com/en/rest/deployments/environments#get-an-environment, and its custom rules, listed apart. */
function environmentOf({ environments }: World, name: string, what: string | undefined): ApiAnswer {
  const found = environments.get(name);
  if (found === undefined) return refusal(404, 'Not Found');
  if (what === undefined) return { status: 200, body: found.shown };
  const { custom } = found;
  return { status: 200, body: { total_count: custom.length, custom_deployment_protection_rules: custom } };
}

/** https://docs.github.com/en/rest/pages/pages#get-a-github-pages-site */
function siteOf({ settings: { site } }: World): ApiAnswer {
  return site === undefined
    ? refusal(404, 'Not Found')
    : { status: 200, body: { url: '', status: 'built', cname: null, public: site === 'everybody' } };
}

/** A page of the moves of branches, of one where `ref` names it: https://docs.github.com/en/rest/repos/repos#list-repository-activities */
function activityOf({ activities }: World, { searchParams }: URL): readonly Fields[] {
  const ref = searchParams.get('ref');
  const asked = activities.filter(activity => ref === null || activity.ref === ref);
  return asked.slice(0, Number(searchParams.get('per_page') ?? 30));
}

/** The App of the organization, or a ruleset. https://docs.github.com/en/rest/apps/apps#get-an-app */
function shownOf(world: World, [first, slug, , kind, id]: ApiRequest['parts']): ApiAnswer | undefined {
  if (kind === 'rulesets') return rulesetOf(world, Number(id));
  if (first !== 'apps') return undefined;
  return slug === 'promote' ? { status: 200, body: { id: APP, slug } } : undefined;
}

/** https://docs.github.com/en/rest/repos/rules#get-a-repository-ruleset */
function rulesetOf({ rulesets }: World, id: number): ApiAnswer {
  const found = rulesets.get(id);
  return found === undefined ? refusal(404, 'Not Found') : { status: 200, body: { id, ...found.shown } };
}

/** https://docs.github.com/en/rest/repos/rules#get-rules-for-a-branch */
function rulesOf({ required, rulesets, settings }: World): readonly Fields[] {
  const parameters = {
    required_status_checks: required,
    strict_required_status_checks_policy: settings.strict,
  };
  return [
    ...(required.length === 0 ? [] : [{ type: 'required_status_checks', parameters }]),
    ...[...rulesets].flatMap(([ruleset_id, { types }]) => types.map(type => ({ type, ruleset_id }))),
    ...settings.unmet,
    ...(settings.linearHistory ? [{ type: 'required_linear_history' }] : []),
    ...(settings.hasMergeQueue ? [{ type: 'merge_queue', parameters: { merge_method: 'SQUASH' } }] : []),
  ];
}

/** The repository as GitHub shows it, with how it may be merged, which `emulate` does not keep. */
export function withRepositorySettings(
  { settings: { methods, allowsAutoMerge, deletesBranches, isPublic, hasIssues, site } }: World,
  { method, parts }: ApiRequest,
  answer: ApiAnswer,
): ApiAnswer {
  if (method !== 'GET' || parts[0] !== 'repos' || parts.length !== 3 || answer.status !== 200) return answer;
  const shown = {
    private: !isPublic,
    visibility: isPublic ? 'public' : 'private',
    has_pages: site !== undefined,
    has_issues: hasIssues,
    allow_merge_commit: methods.has('merge'),
    allow_squash_merge: methods.has('squash'),
    allow_rebase_merge: methods.has('rebase'),
    allow_auto_merge: allowsAutoMerge,
    delete_branch_on_merge: deletesBranches,
  };
  return { ...answer, body: { ...fields(answer.body), ...shown } };
}

/** A recursive tree with too many entries comes cut off. */
export function cutTree(world: World, request: ApiRequest, answer: ApiAnswer): ApiAnswer {
  const [, , , git, trees] = request.parts;
  if (git !== 'git' || trees !== 'trees' || answer.status !== 200) return answer;
  const tree = items(fields(answer.body).tree);
  if (!request.url.searchParams.has('recursive') || tree.length <= world.settings.mostTreeEntries)
    return answer;
  const cut = tree.slice(0, world.settings.mostTreeEntries);
  return { ...answer, body: { ...fields(answer.body), tree: cut, truncated: true } };
}
