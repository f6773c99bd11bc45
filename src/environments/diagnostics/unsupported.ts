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
  readonly hint?: string;
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
  ].flatMap(signature => ['key', '*.key'].map(key => `${signature}.${key}`)),
].map(at => ({
  at,
  when: isKeyService,
  what: 'a key management service',
  hint: 'give a path, env://NAME, hashivault://<key> or openbao://<key>',
}));

/** The services that are asked; the key of a commit's signature is in none. */
const SERVED = /^(?:hashivault|openbao):/;

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

/** Every part of the file that is known and not supported: refused by name, never ignored. */
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
  return isUri(value) && !SERVED.test(`${value}`);
}

function isUri(value: unknown): boolean {
  return typeof value === 'string' && /^(?!env:)[a-z0-9+.-]+:\/\//i.test(value);
}
