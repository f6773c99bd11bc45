import { basename, dirname } from 'node:path/posix';
import { pathOf, registryOf } from '../../oci/reference.ts';
import type { CleanUp, CleanUpRequest, Spared } from './clean-up.ts';
import { EVIDENCE_TAGS } from './clean-up.ts';

/** The most rules of a project. */
const MOST_RULES = 15;

/**
 * Retention policies by project. Harbor deletes what no rule retains in the repositories that rules name.
 * Retained indexes keep their platforms, images their evidence. Untagged content is retained.
 * https://goharbor.io/docs/latest/working-with-projects/working-with-images/create-tag-retention-rules/
 */
export function harborRules({ spared, olderThan }: CleanUpRequest): CleanUp {
  const policies: Record<string, object> = {};
  const unsaid: string[] = [];
  for (const [project, own] of Map.groupBy(spared, projectOf)) {
    const rules = rulesOf(own, olderThan);
    if (project === undefined) {
      unsaid.push(...own.map(({ repository }) => `${repository}: a repository of Harbor is in a project`));
    } else if (rules.length > MOST_RULES) {
      unsaid.push(
        `${project}: Harbor takes ${MOST_RULES} rules a project, and its folders need ${rules.length}`,
      );
    } else {
      policies[project] = {
        algorithm: 'or',
        rules,
        trigger: { kind: 'Schedule', settings: { cron: '' } },
        scope: { level: 'project', ref: 0 },
      };
    }
  }
  const notes =
    Object.keys(policies).length === 0
      ? []
      : ['scope.ref is the number of the project, which only Harbor knows: set it (docs/clean-ups.md)'];
  return { text: `${JSON.stringify(policies, undefined, 2)}\n`, notes, unsaid };
}

/** Two rules for each folder, as Harbor matches by folder. All repositories in it retain the same tags. */
function rulesOf(spared: readonly Spared[], olderThan: number) {
  const folders = Map.groupBy(spared, one => dirname(withinProject(one)));
  return [...folders].flatMap(([folder, own]) => {
    const names = either(own.map(one => basename(withinProject(one))));
    const scope = folder === '.' ? names : `${folder}/${names}`;
    const tags = [...new Set(own.flatMap(one => one.tags))].sort();
    return [
      rule({ template: 'always', params: {}, scope, tags: either([...EVIDENCE_TAGS, ...tags]) }),
      rule({ template: 'nDaysSinceLastPush', params: { nDaysSinceLastPush: olderThan }, scope, tags: '**' }),
    ];
  });
}

function rule(given: {
  readonly template: string;
  readonly params: object;
  readonly scope: string;
  readonly tags: string;
}) {
  const { template, params, scope, tags } = given;
  const extras = JSON.stringify({ untagged: true });
  return {
    action: 'retain',
    template,
    params,
    tag_selectors: [{ kind: 'doublestar', decoration: 'matches', pattern: tags, extras }],
    scope_selectors: { repository: [{ kind: 'doublestar', decoration: 'repoMatches', pattern: scope }] },
  };
}

function either(patterns: readonly string[]): string {
  return patterns.length === 1 ? (patterns[0] ?? '') : `{${patterns.join(',')}}`;
}

function projectOf({ repository }: Spared): string | undefined {
  const [project, name] = pathOf(repository).split('/');
  return name === undefined ? undefined : `${registryOf(repository)}/${project}`;
}

function withinProject({ repository }: Spared): string {
  return pathOf(repository).split('/').slice(1).join('/');
}
