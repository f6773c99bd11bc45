import { registryOf } from '../../oci/reference.ts';
import type { CloudLogins } from './cloud/logins.ts';
import type { CredentialSource } from './credentials.ts';

/** The registries of Amazon, Google, Azure, Oracle and IBM. */
const CLOUD =
  /(?:\.amazonaws\.com|\.amazonaws\.com\.cn|\.on\.aws|^public\.ecr\.aws|^ecr-public\.aws\.com|\.pkg\.dev|(?:^|\.)gcr\.io|\.azurecr\.(?:io|us|cn)|\.ocir\.io|\.oraclecloud\.com|(?:^|\.)icr\.io)$/;

/** The same credentials. If a cloud's registry has none, the machine's own identity logs in there. */
export function withCloudLogins(first: CredentialSource, place: CloudLogins): CredentialSource {
  let logins: Promise<ReturnType<typeof import('./cloud/logins.ts').createCloudLogins>> | undefined;
  return async repository => {
    const found = await first(repository);
    const host = registryOf(repository);
    if (found !== undefined || !CLOUD.test(host)) return found;
    logins ??= import('./cloud/logins.ts').then(({ createCloudLogins }) => createCloudLogins(place));
    return await (await logins)(host);
  };
}
