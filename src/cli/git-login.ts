import { neutralise } from '../reports/neutralise.ts';
import type { Io } from './io.ts';

/** Sends `PROMOTE_GIT_TOKEN` to one host only: `PROMOTE_GIT_HOST`, else the server of this CI. */
export function gitLogin({ env, stderr }: Pick<Io, 'env' | 'stderr'>) {
  const { PROMOTE_GIT_TOKEN: password, PROMOTE_GIT_USERNAME: username = 'x-access-token' } = env;
  const warned = new Set<string>();
  return async (url: string) => {
    if (!password) return undefined;
    const { host } = new URL(url);
    if (hostsOf(env).includes(host)) return { username, password };
    if (!warned.has(host)) {
      const hint = `set PROMOTE_GIT_HOST=${host} if it is for that host`;
      stderr.write(`${neutralise(`PROMOTE_GIT_TOKEN is not sent to ${host}: ${hint}`)}\n`);
    }
    warned.add(host);
    return undefined;
  };
}

function hostsOf({ PROMOTE_GIT_HOST: host, CI_SERVER_URL, GITHUB_SERVER_URL }: Io['env']): readonly string[] {
  if (host) return [host.toLowerCase()];
  return [CI_SERVER_URL, GITHUB_SERVER_URL].flatMap(server => URL.parse(server ?? '')?.host ?? []);
}
