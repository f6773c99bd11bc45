import { ConfigurationError, PROBLEM_LIMIT } from './diagnostics/configuration-error.ts';
import { isObject } from './diagnostics/is-object.ts';
import type { Issue } from './diagnostics/issue.ts';
import { schemaIssues } from './diagnostics/schema-issues.ts';
import { unsupportedIssues } from './diagnostics/unsupported.ts';
import { readYaml } from './diagnostics/yaml-file.ts';
import type { Environments } from './environments.ts';
import { normalise } from './normalise/environments.ts';
import { ruleIssues } from './rules/rules.ts';
import { environmentsSchema } from './schema/environments.ts';
import { soundPart } from './schema/sound-part.ts';

/**
 * Reads an environments file, which messages name by `path`. Throws `ConfigurationError` with all problems at
 * once, and `TOO_LARGE` over 1 MiB.
 */
export function parseEnvironments(text: string, path: string): Environments {
  const { value, problems, locate } = readYaml(text, path);
  const parsed = environmentsSchema.safeParse(value, { reportInput: true });
  const issues = [
    ...(parsed.success ? [] : schemaIssues(environmentsSchema, parsed.error)),
    ...unsupportedIssues(value),
    ...crossFieldIssues(value),
  ];
  if (parsed.success && issues.length === 0 && problems.length === 0) return normalise(parsed.data);
  // One more than is listed, so that the error knows there are more; locating every issue would be slow.
  throw new ConfigurationError(path, [...problems, ...issues.slice(0, PROBLEM_LIMIT + 1).map(locate)]);
}

function crossFieldIssues(value: unknown): readonly Issue[] {
  const file = soundPart(value);
  if (file === undefined) return [];
  return ruleIssues({
    file,
    imageNames: namesIn(value, 'images'),
    environmentNames: namesIn(value, 'environments'),
    freezeNames: namesIn(value, 'freezes'),
  });
}

function namesIn(value: unknown, section: 'images' | 'environments' | 'freezes'): ReadonlySet<string> {
  const entries = isObject(value) ? value[section] : undefined;
  return new Set(isObject(entries) ? Object.keys(entries) : []);
}
