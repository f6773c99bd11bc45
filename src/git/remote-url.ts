import { resolve } from 'node:path';
import { PromoteError } from '../errors.ts';

/** A user name and password, or a token as password, for one HTTP remote. */
export interface Login {
  readonly username: string;
  readonly password: string;
}

/** Looks up the login of an HTTP remote by its URL; `undefined`: none is known. */
export type Credentials = (url: string) => Promise<Login | undefined>;

/** A remote's address, and the login that its URL may contain, kept apart. */
export interface RemoteUrl {
  /** Safe to show and to pass on a command line. */
  readonly url: string;
  readonly transport: 'http' | 'ssh' | 'file';
  readonly login: Login | undefined;
}

/** Parses a URL, an scp-like address or a path; throws `CONFIGURATION` where Git would run a program. */
export function parseRemoteUrl(text: string): RemoteUrl {
  if (text === '' || text.startsWith('-') || /[\x00-\x1f]/.test(text) || /^[\w-]+::/.test(text))
    throw notRemote(text);
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined) {
    const isScp = /^[^/\\:]{2,}:/.test(text);
    return isScp
      ? { url: text, transport: 'ssh', login: undefined }
      : { url: resolve(text), transport: 'file', login: undefined };
  }
  const transport = TRANSPORTS.get(scheme);
  if (transport === undefined || !URL.canParse(text)) throw notRemote(`${scheme}://…`);
  return { transport, ...splitLogin(new URL(text), transport) };
}

/** The value of an `Authorization` header. */
export function basicAuthorization({ username, password }: Login): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

const TRANSPORTS: ReadonlyMap<string, RemoteUrl['transport']> = new Map([
  ['http', 'http'],
  ['https', 'http'],
  ['ssh', 'ssh'],
  ['file', 'file'],
]);

function splitLogin(url: URL, transport: RemoteUrl['transport']): Pick<RemoteUrl, 'url' | 'login'> {
  const login = { username: decodeURIComponent(url.username), password: decodeURIComponent(url.password) };
  url.password = '';
  if (transport === 'http') url.username = '';
  const isGiven = transport === 'http' && (login.username !== '' || login.password !== '');
  return { url: url.href, login: isGiven ? login : undefined };
}

function notRemote(text: string): PromoteError {
  return new PromoteError('CONFIGURATION', `${JSON.stringify(text)} is not the address of a Git repository`, {
    hint: 'give an https, http, ssh or file URL, an address such as git@host:path, or a path',
  });
}
