import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Http } from '../http/http.ts';
import type { PublicSigstore } from '../signing/public-root.ts';
import type { Io } from './io.ts';

const opened = new WeakMap<Http, Promise<PublicSigstore>>();

/** Opens the public Sigstore's published data once in a run, with its cache in the user's directory. */
export function publicSigstore({ env }: Pick<Io, 'env'>, http: Http): Promise<PublicSigstore> {
  const known = opened.get(http);
  if (known !== undefined) return known;
  const cache = env.XDG_CACHE_HOME || join(env.HOME ?? homedir(), '.cache');
  const opening = open(join(cache, 'gitops-promote', 'sigstore'), http);
  opened.set(http, opening);
  return opening;
}

/** Loads the libraries only when the public Sigstore is needed. */
async function open(directory: string, http: Http): Promise<PublicSigstore> {
  const { openPublicSigstore } = await import('../signing/public-root.ts');
  return openPublicSigstore(directory, http);
}
