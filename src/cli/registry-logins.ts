import type { Http } from '../http/http.ts';
import { withCloudLogins } from '../registry/auth/cloud-credentials.ts';
import { type CredentialSource, dockerCredentials } from '../registry/auth/credentials.ts';
import { neutralise } from '../reports/neutralise.ts';
import type { Io } from './io.ts';

/** What registries are shown: configured logins, and where a cloud's has none, the identity at hand. */
export function registryLogins({ env, signal, secrets, stderr }: Io, http: Http): CredentialSource {
  return withCloudLogins(dockerCredentials(env), {
    http,
    variables: env,
    signal,
    now: Date.now,
    onSecret: secret => secrets?.add([secret]),
    onRefused: ({ message, hint }) =>
      stderr.write(`${neutralise(`${message}; going on without a login${hint ? ` (${hint})` : ''}`)}\n`),
  });
}
