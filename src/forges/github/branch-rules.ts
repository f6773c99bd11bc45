import type { BranchRule, BranchUse } from '../branch-rule.ts';
import type { BranchGuard, PushRule, StatusSource } from './branch-guard.ts';

/** What guards a branch, and what that means for promote. */
export function branchRules(branch: string, use: BranchUse, guard: BranchGuard): readonly BranchRule[] {
  const { required, pushes, source } = guard;
  if (use.commit === 'direct') return pushes.map(rule => pushRule(branch, rule));
  const former = use.former.filter(status => required.some(({ context }) => context === status));
  return [
    statusRule(branch, use.status, guard, source),
    ...freshRules(branch, use.status, guard),
    ...former.map(status => formerRule(branch, status, use.status)),
  ];
}

/** The App of GitHub Actions itself, on github.com. */
const ACTIONS = 15_368;

function statusRule(
  branch: string,
  status: string,
  { required }: Pick<BranchGuard, 'required'>,
  source: StatusSource,
): BranchRule {
  const rule = required.find(({ context }) => context === status);
  if (rule === undefined) {
    return {
      verdict: 'warning',
      text: `${branch} can be merged into before the images are there: it does not require ${status}`,
      hint: `require the status ${status} on ${branch} of ${appOf(source)}, and answer for other pull requests with actions/gate`,
    };
  }
  const { app } = rule;
  if (app === undefined || app === ACTIONS) {
    const whose = app === undefined ? 'from anyone who may set a status' : 'from every workflow';
    return {
      verdict: 'warning',
      text: `${branch} takes ${status} ${whose}`,
      hint: `let the rule name ${appOf(source)}; with the token of a job any workflow on any branch can set it`,
    };
  }
  if (source.kind === 'app' && source.id === app) {
    return { verdict: 'ok', text: `${branch} requires ${status} of ${source.name}, which this login is` };
  }
  if (source.kind === 'unknown') return { verdict: 'ok', text: `${branch} requires ${status} of App ${app}` };
  return {
    verdict: 'error',
    text: `${branch} requires ${status} of App ${app}, and this login is ${nameOf(source)}: its status does not count`,
    hint: `log in as App ${app}, or let the rule name ${appOf(source)}`,
  };
}

/** The App that a rule should name, as far as the login shows it. */
function appOf(source: StatusSource): string {
  return source.kind === 'app' ? source.name : 'a GitHub App of your own, as which promote logs in';
}

function nameOf(source: Exclude<StatusSource, { readonly kind: 'unknown' }>): string {
  switch (source.kind) {
    case 'app':
      return source.name;
    case 'job':
      return "a job's own token";
    case 'person':
      return `the account ${source.name}, whose statuses are of no App`;
  }
}

/** A status belongs to a commit: it stays green when the base moves, or is another one. */
function freshRules(
  branch: string,
  status: string,
  { required, isFresh }: Pick<BranchGuard, 'required' | 'isFresh'>,
): readonly BranchRule[] {
  if (isFresh !== false || !required.some(({ context }) => context === status)) return [];
  return [
    {
      verdict: 'warning',
      text: `${branch} takes a green ${status} that was given on an older base, or on another one`,
      hint: 'switch on "Require branches to be up to date before merging", or use a merge queue',
    },
  ];
}

/** A branch that requires one group's status requires it on all pull requests, also those of other groups. */
function formerRule(branch: string, former: string, status: string): BranchRule {
  return {
    verdict: 'warning',
    text: `${branch} requires ${former}, which nobody sets on pull requests of anything else`,
    hint: `require ${status} in its place`,
  };
}

function pushRule(branch: string, { name, mayPass }: PushRule): BranchRule {
  const rule = name === undefined ? 'its protection' : `ruleset ${name}`;
  if (mayPass === true)
    return { verdict: 'ok', text: `\`commit: direct\`: this login may push past ${rule} of ${branch}` };
  const place = name === undefined ? 'Settings, Branches' : 'Settings, Rules, Rulesets';
  const hint = `let this login bypass it under ${place}, or take \`commit: direct\` out`;
  if (mayPass === false) {
    return {
      verdict: 'error',
      text: `\`commit: direct\`, and ${rule} of ${branch} refuses its pushes`,
      hint,
    };
  }
  const text = `\`commit: direct\`, and ${rule} of ${branch} may refuse its pushes: GitHub does not say who may push past it`;
  return { verdict: 'warning', text, hint };
}
