import type { Http } from '../http/http.ts';
import type { PolicyVersion } from '../run/policy-version.ts';
import type { LoadedEnvironments } from './environments-file.ts';
import type { Forges } from './forges.ts';
import type { Io } from './io.ts';
import { readPublicKey } from './trust.ts';

/** The environments file at each commit of its branch; none if it is in no repository. */
export async function* policyVersions(
  io: Io,
  http: Http,
  loaded: LoadedEnvironments,
  forges: Forges,
): AsyncGenerator<PolicyVersion> {
  const { path, from, home, read } = loaded;
  if (path === undefined || home === undefined) return;
  const repository = from?.repository ?? (await forges.open(home)).repository;
  const head = from?.head ?? (await repository.head());
  if (head === undefined) return;
  const readKey = async (name: string) =>
    (await readPublicKey({ io, http, read }, name)).export({ type: 'spki', format: 'pem' }).toString();
  const { policyHistory } = await import('./policy-history.ts');
  yield* policyHistory({ repository, head, path, readKey, read });
}
