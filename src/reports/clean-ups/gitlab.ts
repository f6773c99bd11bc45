import { PromoteError } from '../../errors.ts';
import type { CleanUp, CleanUpRequest } from './clean-up.ts';
import { EVIDENCE_TAGS } from './clean-up.ts';
import { widen } from './widen.ts';

/** The ages that GitLab offers, in days. */
const AGES = [7, 14, 30, 60, 90] as const;

/** The most characters of an expression, which GitLab's database checks. */
const MOST_CHARACTERS = 255;

/**
 * A project's clean-up policy, for the projects API. GitLab's policies are by project, but a repository's
 * name does not show where its project's name ends. So one policy spares the tags of all repositories.
 * https://docs.gitlab.com/user/packages/container_registry/reduce_container_registry_storage/#use-the-cleanup-policy-api
 */
export function gitlabRules({ spared, olderThan }: CleanUpRequest): CleanUp {
  if (!AGES.some(age => age === olderThan))
    throw new PromoteError('USAGE', `GitLab does not clean up by an age of ${olderThan} days`, {
      hint: `name one of GitLab's: --older-than ${AGES.join(', ')}`,
    });
  const tags = spared.flatMap(one => one.tags);
  const widened = widen(tags, patterns => expressionOf(patterns).length <= MOST_CHARACTERS);
  if (widened === undefined) {
    const count = new Set(tags).size;
    const reason = `GitLab: an expression has at most ${MOST_CHARACTERS} characters, too few for ${count} tags; --last looks back less far`;
    return { text: '', notes: [], unsaid: [reason] };
  }
  const attributes = {
    enabled: true,
    cadence: '1d',
    keep_n: null,
    older_than: `${olderThan}d`,
    name_regex_delete: '.*',
    name_regex_keep: expressionOf(widened.patterns),
  };
  const untagged = spared.flatMap(one => one.untagged.map(digest => `${one.repository}@${digest}`));
  return {
    text: `${JSON.stringify({ container_expiration_policy_attributes: attributes }, undefined, 2)}\n`,
    notes: [
      'the policy counts for every repository of the project, also for those that no environment has',
      'these rules delete tags alone; what has none is left to the garbage collection of GitLab',
      ...untagged.map(name => `${name} has no tag, so no rule spares it from the garbage collection`),
      ...(widened.isWider ? ["tags are spared by wider patterns, to fit GitLab's limit"] : []),
    ],
    unsaid: [],
  };
}

/** An expression of RE2 that GitLab matches against the whole tag. */
function expressionOf(patterns: readonly string[]): string {
  const parts = [...EVIDENCE_TAGS, ...patterns].map(pattern =>
    pattern.replaceAll('.', '\\.').replaceAll('*', '.*'),
  );
  return `(?:${parts.join('|')})`;
}
