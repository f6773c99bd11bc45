import { PromoteError } from '../../../errors.ts';
import type { Http } from '../../../http/http.ts';
import type { HttpRequest } from '../../../http/request.ts';
import type { Credential } from '../credentials-file.ts';

/** The machine that logs in to a cloud's registry. */
export interface CloudPlace {
  readonly http: Http;
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal | undefined;
  /** Called with each secret before it is sent. */
  readonly onSecret: (secret: string) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** The login that a cloud gave out for a registry, and its end in milliseconds since 1970. */
export interface CloudLogin {
  readonly credential: Credential;
  readonly until: number;
}

/** An answer of a cloud's login service, in JSON. */
export type CloudAnswer = Readonly<Record<string, unknown>>;

/** The error for a refused identity, or for an answer without a login. It contains nothing of the answer. */
export function refusedLogin(cloud: string, why: string, hint: string): PromoteError {
  return new PromoteError('UNAUTHORIZED', `log in to ${cloud}: ${why}`, { hint });
}

/**
 * Asks a login service. Throws `UNREACHABLE` if it is busy or fails, and else `UNAUTHORIZED` unless it is 200;
 * with the status and the error's name.
 */
export async function askCloud(
  { http, signal }: CloudPlace,
  {
    cloud,
    hint,
    ...request
  }: Omit<HttpRequest, 'operation'> & { readonly cloud: string; readonly hint: string },
): Promise<CloudAnswer> {
  const answer = await http.send({
    ...request,
    operation: `log in to ${cloud}`,
    idempotent: true,
    redirects: 'return',
    signal,
  });
  const json = parsed(answer.bytes);
  if (answer.status === 200 && json !== undefined) return json;
  const kind = kindOf(json ?? {});
  const why = `${request.url.host} answered ${answer.status}${kind === undefined ? '' : ` (${kind})`}`;
  const { status } = answer;
  if (status !== 429 && status < 500 && request.isBusy?.(answer) !== true)
    throw refusedLogin(cloud, why, hint);
  throw new PromoteError('UNREACHABLE', `log in to ${cloud}: ${why}`, {
    hint: 'run it again later: what is done already is not done twice',
  });
}

const WORD = /^[\w.-]{1,64}$/;

/** The error's name in each cloud's form. It is one word, never a sentence that may repeat what was sent. */
function kindOf({ __type, error, errors, code, errorCode }: CloudAnswer): string | undefined {
  const [first] = Array.isArray(errors) ? errors : [];
  return [__type, error, code, errorCode, first?.code]
    .flatMap(name => (typeof name === 'string' ? name.replace(/^.*#/, '') : []))
    .find(name => WORD.test(name));
}

function parsed(bytes: Uint8Array): CloudAnswer | undefined {
  try {
    const json: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof json === 'object' && json !== null ? { ...json } : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** A claim of a JSON Web Token. Only the cloud verifies the token. https://www.rfc-editor.org/rfc/rfc7519 */
export function claimOf(token: string, name: string): unknown {
  const [, payload = ''] = token.split('.');
  return parsed(Buffer.from(payload, 'base64url'))?.[name];
}

/** When a token ends, in milliseconds since 1970; `otherwise` if the token does not say. */
export function endOf(token: string, otherwise: number): number {
  const seconds = claimOf(token, 'exp');
  return typeof seconds === 'number' ? seconds * 1000 : otherwise;
}

/** A token of GitHub Actions for another service; `undefined` outside of a job that may ask for one. */
export async function githubToken(place: CloudPlace, audience: string): Promise<string | undefined> {
  const { ACTIONS_ID_TOKEN_REQUEST_URL: asked, ACTIONS_ID_TOKEN_REQUEST_TOKEN: bearer } = place.variables;
  if (!asked || !bearer) return undefined;
  const url = new URL(asked);
  url.searchParams.set('audience', audience);
  const { value } = await askCloud(place, {
    cloud: 'GitHub',
    method: 'GET',
    url,
    headers: { authorization: `Bearer ${bearer}` },
    hint: 'grant the job `permissions: id-token: write`',
  });
  if (typeof value !== 'string') throw refusedLogin('GitHub', 'it gave no token', 'run it again');
  place.onSecret(value);
  return value;
}
