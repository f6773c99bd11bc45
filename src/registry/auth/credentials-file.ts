import { readFile } from 'node:fs/promises';
import { PromoteError, reasonOf, rethrowDefect } from '../../errors.ts';
import type { RepositoryName } from '../../oci/reference.ts';
import { canonicalHost } from '../../oci/reference.ts';

/** A credential for a registry. */
export type Credential =
  | ({ readonly kind: 'basic'; readonly username: string; readonly password: string } & Identified)
  /** To be exchanged for an access token by OAuth 2. */
  | ({ readonly kind: 'identity-token'; readonly token: string } & Identified)
  /** An access token that is sent as it is. */
  | { readonly kind: 'bearer'; readonly token: string };

/** Who a cloud's login is for, where its user name is the same for everybody. */
interface Identified {
  readonly identity?: string | undefined;
}

/** The user that a registry sees, for messages. It contains no secret. */
export function loginText(credential: Credential | undefined): string {
  if (credential === undefined) return 'without a login';
  if (credential.kind !== 'bearer' && credential.identity !== undefined) return `as ${credential.identity}`;
  return credential.kind === 'basic' ? `as ${credential.username}` : 'with a token';
}

/** The Authorization header of a user and password. */
export function basicHeader({
  username,
  password,
}: {
  readonly username: string;
  readonly password: string;
}) {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

/** Docker's first configuration file. It contains only what later files have under `auths`. */
export const OLD_FILE = '.dockercfg';

/** One configuration file. Its keys are registries; a key of `auths` may include a path. */
export interface CredentialFile {
  readonly auths: ReadonlyMap<string, Credential>;
  /** Helper programs by registry. */
  readonly helpers: ReadonlyMap<string, string>;
  /** The helper program for every other registry. */
  readonly store: string | undefined;
}

/** Reads a file, `undefined` where there is none; throws `CONFIGURATION`. */
export async function readCredentialFile(path: string): Promise<CredentialFile | undefined> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && /^(?:ENOENT|ENOTDIR)$/.test(String(error.code)))
      return '';
    const why = reasonOf(error);
    const message = `${path}: cannot be read: ${why.text}`;
    throw new PromoteError('CONFIGURATION', message, { hint: why.hint, cause: error });
  });
  return text.trim() === '' ? undefined : parseCredentialFile(text, path);
}

/** Reads a file's text; `source` names it in errors, which never show its content. */
export function parseCredentialFile(text: string, source: string): CredentialFile {
  const json = parseObject(text);
  if (json === undefined) {
    throw new PromoteError('CONFIGURATION', `${source}: not a JSON object`, {
      hint: 'it should read like the config.json that docker login writes',
    });
  }
  const auths = source.endsWith(`/${OLD_FILE}`) ? json : json.auths;
  return {
    auths: collect(auths, parseEntry),
    helpers: collect(json.credHelpers, value => (typeof value === 'string' ? value : undefined)),
    store: typeof json.credsStore === 'string' && json.credsStore !== '' ? json.credsStore : undefined,
  };
}

/** The file's credential for a repository: that of the longest matching path, else of the registry. */
export function storedCredential(file: CredentialFile, repository: RepositoryName): Credential | undefined {
  const key = storedKey(file, repository);
  return key === undefined ? undefined : file.auths.get(key);
}

/** The key in `auths` of the credential for a repository. */
export function storedKey(file: CredentialFile, repository: RepositoryName): string | undefined {
  for (let key: string = repository; key !== ''; key = key.slice(0, Math.max(0, key.lastIndexOf('/')))) {
    if (file.auths.has(key)) return key;
  }
  return undefined;
}

function parseEntry(value: unknown): Credential | undefined {
  if (!isObject(value)) return undefined;
  const { auth, username, password, identitytoken, registrytoken } = value;
  if (isText(registrytoken)) return { kind: 'bearer', token: registrytoken };
  if (isText(identitytoken)) return { kind: 'identity-token', token: identitytoken };
  if (isText(username) && isText(password)) return { kind: 'basic', username, password };
  if (!isText(auth)) return undefined;
  const decoded = Buffer.from(auth, 'base64').toString().replace(/\0+$/, '');
  const colon = decoded.indexOf(':');
  if (colon < 1) return undefined;
  return { kind: 'basic', username: decoded.slice(0, colon), password: decoded.slice(colon + 1) };
}

function collect<T>(entries: unknown, parse: (value: unknown) => T | undefined): ReadonlyMap<string, T> {
  const collected = new Map<string, T>();
  for (const [key, value] of Object.entries(isObject(entries) ? entries : {})) {
    const parsed = parse(value);
    if (parsed !== undefined) collected.set(normalise(key), parsed);
  }
  return collected;
}

function normalise(key: string): string {
  const [host = '', ...path] = key
    .replace(/^https?:\/\//, '')
    .replace(/\/+$/, '')
    .split('/');
  const rest = /^v[12]$/.test(path[0] ?? '') ? path.slice(1) : path;
  return [canonicalHost(host), ...rest].join('/');
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const json: unknown = JSON.parse(text);
    return isObject(json) ? json : undefined;
  } catch (error) {
    rethrowDefect(error);
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
