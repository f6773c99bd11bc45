import type { PromoteError } from '../../src/errors.ts';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import { withCloudLogins } from '../../src/registry/auth/cloud-credentials.ts';
import { openRemote } from '../../src/registry/remote/remote.ts';
import { AWS_LOGIN } from '../servers/aws-kms.ts';
import { JOB, startCloudRegistries } from '../servers/cloud-registries.ts';
import type { Answer } from '../servers/listen.ts';
import { keyPlace } from '../signing/kms/place.ts';

export const AWS = {
  AWS_ACCESS_KEY_ID: AWS_LOGIN.id,
  AWS_SECRET_ACCESS_KEY: AWS_LOGIN.secret,
  AWS_SESSION_TOKEN: AWS_LOGIN.token,
};
export const ROLE = { AWS_ROLE_ARN: 'arn:aws:iam::111122223333:role/promote', ...JOB };

/** A machine with these variables and no others of a cloud; Amazon first answers what is `busy`. */
export async function machine(
  env: Readonly<Record<string, string>>,
  more: Readonly<Record<string, string>> = {},
  busy: readonly Answer[] = [],
) {
  const clouds = await startCloudRegistries(busy);
  const { http: wired, secrets, onSecret } = keyPlace({ ...clouds.hosts, ...more }, env);
  // A registry's answer is one of its own only from its own address.
  const send: typeof wired.send = async request => ({ ...(await wired.send(request)), url: request.url });
  const http = { ...wired, send };
  const refused: PromoteError[] = [];
  let passed = 0;
  const place = {
    http,
    variables: env,
    now: () => Date.now() + passed,
    onSecret,
    onRefused: (error: PromoteError) => void refused.push(error),
  };
  const credentials = withCloudLogins(async () => undefined, place);
  const open = openRemote({ http, credentials });
  return {
    login: (host: string) => credentials(parseRepositoryName(`${host}/shop/api`)),
    open: (name: string) => open(parseRepositoryName(name)),
    pass: (milliseconds: number) => {
      passed += milliseconds;
    },
    asked: clouds.asked,
    refused,
    secrets,
  };
}
