import type { ErrorCode } from '../../errors.ts';
import { pushRuleHint } from '../../git/push-rules.ts';

interface Cure {
  readonly code: ErrorCode;
  readonly hint: string;
}

/**
 * Which rule of a ruleset refused a push, and what helps.
 * https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/managing-rulesets/available-rules-for-rulesets
 */
export function explainRule(said: string): Cure {
  const [, cure] = CURES.find(([pattern]) => pattern.test(said)) ?? [undefined, pushRuleHint(said)];
  return { code: 'FORBIDDEN', hint: cure === undefined ? BYPASS : `${cure}, or ${BYPASS}` };
}

const BYPASS = "let promote bypass the rule, or except promote's branches, under Settings, Rules, Rulesets";

/** The rules that only GitHub has; the others are as for any push. */
const CURES: readonly (readonly [rule: RegExp, cure: string])[] = [
  [/cannot force-push/i, 'delete the branch, and run again: it is made anew'],
  [/required status check/i, 'let the environment commit by pull request, which waits for the checks'],
  [/creations? being restricted|cannot create ref/i, "let the token create promote's branches"],
];
