import type { CleanUp, CleanUpRequest, Spared } from './clean-up.ts';
import { EVIDENCE_TAGS } from './clean-up.ts';
import { widen } from './widen.ts';

/** https://docs.aws.amazon.com/AmazonECR/latest/userguide/service-quotas.html */
const MOST_RULES = 50;
const MOST_CHARACTERS = 30_720;

/** A hundred years in days: no image reaches this age. */
const NEVER = 36_500;

/**
 * Lifecycle policies by repository. No later rule may expire what a rule matches, so rules protect tags. A
 * rule with several tags requires all of them, so each tag has its own. No rule selects untagged images.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html
 */
export function ecrRules({ spared, olderThan }: CleanUpRequest): CleanUp {
  const policies: Record<string, object> = {};
  const notes: string[] = [];
  const unsaid: string[] = [];
  for (const one of spared) {
    const found = policyOf(one, olderThan);
    if (found === undefined) {
      unsaid.push(
        `${one.repository}: a policy of ECR has at most ${MOST_RULES} rules, too few for ${one.tags.length} tags; --last looks back less far`,
      );
      continue;
    }
    policies[one.repository] = { rules: found.rules };
    if (found.isWider)
      notes.push(
        `${one.repository}: ${one.tags.length} tags are spared by wider patterns, to fit ECR's limit`,
      );
  }
  return { text: `${JSON.stringify(policies, undefined, 2)}\n`, notes, unsaid };
}

function policyOf({ tags }: Spared, olderThan: number) {
  const rulesFor = (patterns: readonly string[]) =>
    [
      ...[...EVIDENCE_TAGS, ...patterns].map(pattern => ({ pattern, days: NEVER, what: 'needed' })),
      { pattern: '*', days: olderThan, what: 'not needed' },
    ].map(({ pattern, days, what }, at) => ({
      rulePriority: at + 1,
      description: what,
      selection: {
        tagStatus: 'tagged',
        tagPatternList: [pattern],
        countType: 'sinceImagePushed',
        countUnit: 'days',
        countNumber: days,
      },
      action: { type: 'expire' },
    }));
  const widened = widen(tags, patterns => {
    const rules = rulesFor(patterns);
    return rules.length <= MOST_RULES && JSON.stringify({ rules }).length <= MOST_CHARACTERS;
  });
  return widened && { rules: rulesFor(widened.patterns), isWider: widened.isWider };
}
