import { onTestFinished, vi } from 'vitest';
import { createHttp, type Http } from '../../../src/http/http.ts';
import type { KeyServicePlace } from '../../../src/signing/kms/service-key.ts';
import { rewired } from '../../servers/rewired.ts';

/** A machine that signs: with these variables and none of a cloud, and with these hosts of the Internet. */
export function keyPlace(
  hosts: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {},
): KeyServicePlace & { readonly secrets: string[]; readonly http: Http } {
  for (const name of Object.keys(process.env))
    if (/^(?:AWS|GOOGLE|AZURE|GCE|MSI|IDENTITY)_/.test(name)) vi.stubEnv(name, undefined);
  // Neither a login of this machine's user, nor a service of the machine that it runs on.
  const nowhere = {
    HOME: '/nowhere',
    AWS_EC2_METADATA_DISABLED: 'true',
    METADATA_SERVER_DETECTION: 'none',
    AZURE_TOKEN_CREDENTIALS: 'EnvironmentCredential',
  };
  for (const [name, value] of Object.entries({ ...nowhere, ...env })) vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
  const http = createHttp({ retry: { sleep: async () => undefined } });
  onTestFinished(() => http.close());
  const secrets: string[] = [];
  return { http: rewired(http, hosts), use: 'sign', onSecret: secret => void secrets.push(secret), secrets };
}
