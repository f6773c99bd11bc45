import type { Http } from '../http/http.ts';
import { withCloudLogins } from '../registry/auth/cloud-credentials.ts';
import { type CredentialSource, dockerCredentials } from '../registry/auth/credentials.ts';
import { neutralise } from '../reports/neutralise.ts';
import type { Io } from './io.ts';

/** The logins for registries: configured ones, else for a cloud's registry the identity of this machine. */
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
