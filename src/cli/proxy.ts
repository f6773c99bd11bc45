import type { ProxySettings } from '../http/dispatcher.ts';
import type { Io } from './io.ts';

/** The proxies that the environment names, in either case. */
export function proxySettings({ env }: Io): ProxySettings {
  return {
    http: env.HTTP_PROXY ?? env.http_proxy,
    https: env.HTTPS_PROXY ?? env.https_proxy,
    except: env.NO_PROXY ?? env.no_proxy,
  };
}
