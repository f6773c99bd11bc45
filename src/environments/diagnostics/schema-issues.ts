import type { z } from 'zod';
import { redactInPlace } from '../../secrets/redact.ts';
import { descriptionAt, keysAt } from './describe-key.ts';
import type { Issue, Path } from './issue.ts';
import { suggest } from './suggest.ts';

type ZodIssue = z.core.$ZodIssue;

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'keys with values',
  record: 'keys with values',
};

const UNITS: Readonly<Record<string, string>> = { string: ' characters', array: ' entries' };

/** The schema's errors in the words of the file; the value must have been parsed with `reportInput`. */
export function schemaIssues(schema: z.core.$ZodType, error: z.core.$ZodError): readonly Issue[] {
  return error.issues.flatMap(issue => translate(schema, issue, []));
}

function translate(schema: z.core.$ZodType, issue: ZodIssue, above: Path): readonly Issue[] {
  const path = [...above, ...issue.path];
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map(key => unknownKey(schema, path, key));
    case 'invalid_key':
      return issue.issues.map(({ message }) => ({ path, at: 'key', message }));
    case 'invalid_union':
      return translateUnion(schema, issue, path);
    default:
      return [refusal(schema, path, issue.input, [issue])];
  }
}

/** The errors of the union member that the value resembles; else one error with what all members expect. */
function translateUnion(
  schema: z.core.$ZodType,
  issue: z.core.$ZodIssueInvalidUnion,
  path: Path,
): readonly Issue[] {
  const meant = issue.errors.find(issues => !issues.some(isOfAnotherKind));
  if (meant) return meant.flatMap(inner => translate(schema, inner, path));
  return [refusal(schema, path, issue.input, issue.errors.flat().filter(isOfAnotherKind))];
}

function isOfAnotherKind({ path, code }: ZodIssue): boolean {
  return path.length === 0 && (code === 'invalid_type' || code === 'invalid_value');
}

/** An error that names everything the value could have been. */
function refusal(schema: z.core.$ZodType, path: Path, input: unknown, reasons: readonly ZodIssue[]): Issue {
  const description = descriptionAt(schema, path);
  if (input === undefined) {
    const message = `missing key ${JSON.stringify(String(path.at(-1) ?? ''))}`;
    return { path, at: 'key', message, hint: description };
  }
  const hint = hintFor(input, reasons) ?? description;
  const [own] = reasons;
  if (own?.code === 'custom') return { path, at: 'value', message: own.message, hint };
  const expected = [...new Set(reasons.map(expectationOf))].join(', or ');
  return { path, at: 'value', message: `expected ${expected}; found ${foundValue(input)}`, hint };
}

function expectationOf(issue: ZodIssue): string {
  if (issue.code === 'invalid_type') return KINDS[issue.expected] ?? issue.expected;
  if (issue.code === 'invalid_value') return issue.values.join(', ');
  if (issue.code === 'too_small') return `at least ${issue.minimum}${UNITS[issue.origin] ?? ''}`;
  if (issue.code === 'too_big') return `at most ${issue.maximum}${UNITS[issue.origin] ?? ''}`;
  if (issue.code === 'invalid_format' && issue.format !== 'regex') return `a ${issue.format}`;
  return issue.message;
}

function foundValue(input: unknown): string {
  if (input === null) return 'nothing';
  if (Array.isArray(input)) return 'a list';
  if (typeof input === 'object') return 'keys with values';
  // Secrets are redacted before the cut: a credential without its end would not be recognised.
  const text = redactInPlace(String(JSON.stringify(input)));
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function hintFor(input: unknown, reasons: readonly ZodIssue[]): string | undefined {
  const kinds = reasons.flatMap(reason => (reason.code === 'invalid_type' ? reason.expected : []));
  if (typeof input === 'string') {
    const words = reasons.flatMap(reason =>
      reason.code === 'invalid_value' ? reason.values.map(String) : [],
    );
    return suggest(input, words);
  }
  if (input === null) return kinds.includes('object') ? 'write {} where there is nothing to say' : undefined;
  return typeof input !== 'object' && kinds.includes('string')
    ? 'put it in quotes to make it text'
    : undefined;
}

function unknownKey(schema: z.core.$ZodType, parent: Path, key: string): Issue {
  return {
    path: [...parent, key],
    at: 'key',
    message: `unknown key ${JSON.stringify(key.slice(0, 80))}`,
    hint: suggest(key, keysAt(schema, parent)),
  };
}
