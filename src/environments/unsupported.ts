import { isObject } from './is-object.ts';
import type { Issue, Path } from './issue.ts';

/** A part of the file's shape that this version does not act on. */
interface Unsupported {
  /** Keys joined by dots; `*` is any key or entry. */
  readonly at: string;
  /** Which values are refused; absent: any. */
  readonly when?: (value: unknown) => boolean;
  /** How it is called; absent: its keys. */
  readonly what?: string;
  readonly hint?: string;
}

const APPROVAL_HINT = 'write `by: stated` and name who approved with --approved-by';

const SIGNING: readonly Unsupported[] = ['signing', 'environments.*.signing'].flatMap(signing => [
  ...['keyless', 'trustedRoot', 'fulcio', 'rekor', 'tsa'].map(key => ({ at: `${signing}.${key}` })),
  ...['key', 'publicKey', 'trusted.*'].map(key => ({
    at: `${signing}.${key}`,
    when: isKeyService,
    what: 'a key management service',
    hint: 'give a path or env://NAME',
  })),
  { at: `${signing}.trusted.*`, when: isObject, what: 'trust in an identity', hint: 'give a public key' },
  { at: `${signing}.formats.*`, when: isText('legacy'), what: 'the legacy format', hint: 'write `bundle`' },
]);

/** What the schema knows and this version does not; building a feature removes its rows. */
const UNSUPPORTED: readonly Unsupported[] = [
  { at: 'refresh', when: value => !isObject(value) || Object.keys(value).length > 0 },
  { at: 'hosts' },
  { at: 'notifications' },
  ...SIGNING,
  ...['deployments.forge', 'environments.*.deployments.forge'].flatMap(at =>
    ['github', 'gitlab'].map(forge => ({
      at,
      when: isText(forge),
      what: `forge: ${forge}`,
      hint: 'write `git`',
    })),
  ),
  { at: 'environments.*.rollback' },
  ...['supersede', 'labels', 'reviewers', 'merge'].map(key => ({ at: `environments.*.pullRequest.${key}` })),
  ...['soak', 'freeze', 'version', 'signature', 'provenance', 'predecessor', 'checks', 'vulnerabilities'].map(
    gate => ({ at: `environments.*.gates.${gate}` }),
  ),
  { at: 'environments.*.gates.approval.teams' },
  {
    at: 'environments.*.gates.approval',
    when: value => isObject(value) && !Object.hasOwn(value, 'by'),
    what: 'approval by review, the default,',
    hint: APPROVAL_HINT,
  },
  ...['review', 'environment'].map(by => ({
    at: 'environments.*.gates.approval.by',
    when: isText(by),
    what: `approval by ${by}`,
    hint: APPROVAL_HINT,
  })),
];

/** Everything in the file's value that is known but not built: refused by name, never ignored. */
export function unsupportedIssues(file: unknown): readonly Issue[] {
  return UNSUPPORTED.flatMap(({ at, when = () => true, what = nameOf(at), hint }) =>
    find(file, at.split('.'), [])
      .filter(({ value }) => when(value))
      .map(({ path }) => ({ path, at: 'key', message: `${what} is not available in this version`, hint })),
  );
}

interface Found {
  readonly path: Path;
  readonly value: unknown;
}

function find(value: unknown, [segment, ...rest]: readonly string[], path: Path): readonly Found[] {
  if (segment === undefined) return [{ path, value }];
  if (Array.isArray(value) && segment === '*') {
    return value.flatMap((child, index) => find(child, rest, [...path, index]));
  }
  if (!isObject(value)) return [];
  const keys = Object.keys(value).filter(key => segment === '*' || key === segment);
  return keys.flatMap(key => find(value[key], rest, [...path, key]));
}

function nameOf(at: string): string {
  return at.replace(/^environments\.\*\./, '');
}

function isKeyService(value: unknown): boolean {
  return typeof value === 'string' && /^(?!env:)[a-z0-9+.-]+:\/\//i.test(value);
}

function isText(text: string): (value: unknown) => boolean {
  return value => value === text;
}
