import type { ErrorCode } from '../../errors.ts';

interface Cure {
  readonly code: ErrorCode;
  readonly hint: string;
}

/**
 * Which rule of a ruleset refused a push, and what helps.
 * https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/managing-rulesets/available-rules-for-rulesets
 */
export function explainRule(said: string): Cure {
  const [, cure] = CURES.find(([pattern]) => pattern.test(said)) ?? [];
  return { code: 'FORBIDDEN', hint: cure === undefined ? BYPASS : `${cure}, or ${BYPASS}` };
}

const BYPASS = 'let promote bypass the rule, or except promote/**, under Settings, Rules, Rulesets';

const CURES: readonly (readonly [rule: RegExp, cure: string])[] = [
  [
    /verified signatures/i,
    "let a GitHub App or the job's own token commit, whose commits GitHub signs; a person's token has none signed",
  ],
  [
    /branch name must/i,
    'the rule is for the names of branches, and ours begin with promote/: take them out of it',
  ],
  [/commit message must/i, 'the rule is for the messages of commits: take the branches promote/** out of it'],
  [/(author|committer) email/i, 'let an App commit, whose address the rule takes'],
  [/cannot force-push/i, 'delete the branch, and run again: it is made anew'],
  [/changes must be made through a pull request/i, 'let the environment commit by pull request'],
  [/required status check/i, 'let the environment commit by pull request, which waits for the checks'],
  [/creations? being restricted|cannot create ref/i, 'let the token create the branches promote/**'],
];
