import { PromoteError } from '../../errors.ts';
import type { Http } from '../../http/http.ts';
import type { HttpRequest, HttpResponse } from '../../http/request.ts';

/** The most bytes of a service's answer. */
const ANSWER_LIMIT = 32 * 1024 * 1024;

/** The variable with a service's login; throws `UNAUTHORIZED` if it is not set. */
export function login(
  env: Readonly<Record<string, string | undefined>>,
  name: string,
  service: string,
): string {
  const value = env[name];
  if (value) return value;
  throw new PromoteError('UNAUTHORIZED', `ask ${service} for reports: ${name} is not set`, {
    hint: `set ${name} in this run`,
    isAbsent: true,
  });
}

/** Sends a request that holds a login, so redirects are not followed. */
export async function ask(
  http: Http,
  request: Omit<HttpRequest, 'limit' | 'redirects'>,
): Promise<HttpResponse> {
  return await http.send({ ...request, limit: ANSWER_LIMIT, redirects: 'return' });
}

/** The text of a successful answer; throws `UNAUTHORIZED` or `UNREACHABLE` with the status of any other. */
export function textOf(answer: HttpResponse, service: string): string {
  const { status, url, bytes } = answer;
  if (status >= 200 && status < 300) return new TextDecoder().decode(bytes);
  const isLogin = status === 401 || status === 403;
  throw new PromoteError(
    isLogin ? 'UNAUTHORIZED' : 'UNREACHABLE',
    `ask ${service} for reports: ${url.host} answered ${status}`,
    {
      hint: isLogin ? 'give the login the right to read scans' : 'run it again, or see what the service says',
    },
  );
}
