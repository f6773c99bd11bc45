import { type ReadReference, readKeyReference } from '../key-reference.ts';
import { isObject } from './is-object.ts';
import type { Issue, Path } from './issue.ts';

/** A part of the schema that this version does not support yet. */
interface Unsupported {
  /** Keys joined by dots; `*` is any key or entry. */
  readonly at: string;
  /** Which values are refused; absent: any. */
  readonly when?: (value: unknown) => boolean;
  /** Its name in messages; absent: its keys. */
  readonly what?: string;
  /** Replaces the message that the part is not available. */
  readonly message?: string;
  readonly hint?: string | ((value: unknown) => string);
}

const KEYS: readonly Unsupported[] = [
  ...['signing', 'environments.*.signing'].flatMap(signing =>
    ['key', 'publicKey', 'trusted.*'].map(key => `${signing}.${key}`),
  ),
  ...[
    'environments.*.gates.signature',
    'environments.*.gates.provenance',
    'environments.*.gates.vulnerabilities.signers',
    'environments.*.gates.vulnerabilities.vex.signers',
    'environments.*.gates.checks.*.signers',
    'refresh.signature',
    'mirrors.*.signature',
  ].flatMap(signature => ['key', '*.key'].map(key => `${signature}.${key}`)),
].flatMap(at => [
  { at, when: isOf('unknown'), what: 'this key management service', hint: hintOf },
  { at, when: isOf('malformed'), message: 'it names no key of its key management service', hint: hintOf },
]);

/** What the schema allows and this version does not support; whoever builds a feature removes its rows. */
const UNSUPPORTED: readonly Unsupported[] = [
  ...KEYS,
  ...['commits.signing.ssh', 'environments.*.commits.signing.ssh'].map(at => ({
    at,
    when: isUri,
    what: 'a key management service',
    hint: 'give a path or env://NAME',
  })),
];

/** An issue for each part of the file that the schema allows and this version does not support. */
export function unsupportedIssues(file: unknown): readonly Issue[] {
  return UNSUPPORTED.flatMap(({ at, when = () => true, what = nameOf(at), message, hint }) =>
    find(file, at.split('.'), [])
      .filter(({ value }) => when(value))
      .map(({ path, value }) => ({
        path,
        at: 'key',
        message: message ?? `${what} is not available in this version`,
        hint: typeof hint === 'function' ? hint(value) : hint,
      })),
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

function isOf(kind: ReadReference['kind']): (value: unknown) => boolean {
  return value => typeof value === 'string' && readKeyReference(value)?.kind === kind;
}

function hintOf(value: unknown): string {
  const read = readKeyReference(`${value}`);
  return read === undefined || read.kind === 'reference' ? '' : read.hint;
}

function isUri(value: unknown): boolean {
  return typeof value === 'string' && /^(?!env:)[a-z0-9+.-]+:\/\//i.test(value);
}
