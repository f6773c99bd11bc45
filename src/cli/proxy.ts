import { PromoteError } from '../errors.ts';
import type { ProxySettings } from '../http/dispatcher.ts';
import type { Io } from './io.ts';

/** The proxies in the environment's variables, in either case; throws `CONFIGURATION` for a bad URL. */
export function proxySettings({ env }: Pick<Io, 'env'>): ProxySettings {
  return {
    http: proxyOf(env, 'HTTP_PROXY'),
    https: proxyOf(env, 'HTTPS_PROXY'),
    except: env.NO_PROXY ?? env.no_proxy,
  };
}

function proxyOf(env: Io['env'], name: 'HTTP_PROXY' | 'HTTPS_PROXY'): string | undefined {
  const text = (env[name] ?? env[name.toLowerCase()])?.trim();
  if (!text) return undefined;
  const url = URL.parse(text.includes('://') ? text : `http://${text}`);
  if (url !== null && /^https?:$/.test(url.protocol) && url.pathname === '/' && url.search === '')
    return text;
  // The text is not shown, since it may contain a login in any format.
  throw new PromoteError('CONFIGURATION', `${name} is no address of an HTTP proxy`, {
    hint: 'write it as http://proxy.example:3128, with its login as http://user:password@proxy.example:3128',
  });
}
