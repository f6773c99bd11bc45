import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Http } from '../http/http.ts';
import type { PublicSigstore } from '../signing/public-root.ts';
import type { Io } from './io.ts';

const opened = new WeakMap<Http, Promise<PublicSigstore>>();

/** What the public Sigstore publishes, kept in the user's cache; one for all that a run verifies and signs. */
export function publicSigstore({ env }: Pick<Io, 'env'>, http: Http): Promise<PublicSigstore> {
  const known = opened.get(http);
  if (known !== undefined) return known;
  const cache = env.XDG_CACHE_HOME || join(env.HOME ?? homedir(), '.cache');
  const opening = open(join(cache, 'gitops-promote', 'sigstore'), http);
  opened.set(http, opening);
  return opening;
}

/** With the libraries behind it, where it is needed only. */
async function open(directory: string, http: Http): Promise<PublicSigstore> {
  const { openPublicSigstore } = await import('../signing/public-root.ts');
  return openPublicSigstore(directory, http);
}
