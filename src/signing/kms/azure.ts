import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { DefaultAzureCredential } from '@azure/identity';
import { z } from 'zod';
import { PromoteError, rethrowDefect } from '../../errors.ts';
import { azureClient } from '../../http/clouds/azure-client.ts';
import { requireSupportedKey } from '../public-key.ts';
import type { SigningKey } from '../signer.ts';
import { askService, jsonBody, parseAnswer } from '../sigstore/service.ts';
import { derSignature } from './der-signature.ts';
import { type KeyServicePlace, requireSha256, sha256 } from './service-key.ts';

/** A key of Azure Key Vault or Managed HSM. The login is the default one of Azure's own libraries. */
export interface AzurePlace extends KeyServicePlace {
  readonly host: string;
  readonly key: string;
  /** Absent: the newest. */
  readonly version?: string | undefined;
}

const HINT = 'the login needs the role Key Vault Crypto User, or the permissions get and sign';
const API = 'api-version=7.6';

const keySchema = z.object({
  key: z.looseObject({ kid: z.string(), kty: z.string() }),
});
const signatureSchema = z.object({ value: z.base64url() });

/**
 * Opens a version of a key, which stays in the vault. Throws `KEY`, `SIGNATURE` or `UNREACHABLE`.
 * https://learn.microsoft.com/en-us/rest/api/keyvault/keys/sign/sign
 */
export async function openAzureKey(place: AzurePlace): Promise<SigningKey> {
  const { host, key, version } = place;
  const ask = askerOf(place);
  const operation = `read key ${key} of ${host}`;
  const path = `/keys/${key}${version === undefined ? '' : `/${version}`}`;
  const { key: found } = parseAnswer(keySchema, await ask({ operation, path }), operation);
  const publicKey = readPublicKey(found, operation);
  if (place.use === 'sign') requireSha256(publicKey, `${key} of ${host}`);
  const [, used] = /\/keys\/[^/]+\/([A-Za-z0-9]+)$/.exec(found.kid) ?? [];
  const isEcdsa = publicKey.asymmetricKeyType === 'ec';
  return {
    publicKey,
    async sign(data) {
      const signing = `sign with key ${key} of ${host}`;
      const answer = await ask({
        operation: signing,
        path: `/keys/${key}/${version ?? used ?? ''}/sign`,
        body: jsonBody({ alg: isEcdsa ? 'ES256' : 'RS256', value: sha256(data).toString('base64url') }),
      });
      const signature = Buffer.from(parseAnswer(signatureSchema, answer, signing).value, 'base64url');
      return isEcdsa ? derSignature(signature) : signature;
    },
  };
}

type Asked = Pick<Parameters<typeof askService>[0], 'operation' | 'path' | 'body'>;

/** Asks the vault with a token for its own cloud only, which is the host without its first label. */
function askerOf({ http, signal, host, onSecret }: AzurePlace) {
  const credential = new DefaultAzureCredential({ httpClient: azureClient(http) });
  const scope = `https://${host.replace(/^[^.]+\./, '').replace(/:\d+$/, '')}/.default`;
  const service = { http, signal, url: `https://${host}` };
  return async ({ operation, path, body }: Asked) => {
    const token = await tokenBy(credential, scope, signal);
    onSecret(token);
    const headers = { authorization: `Bearer ${token}` };
    return await askService({
      service,
      operation,
      path: `${path}?${API}`,
      headers,
      hint: HINT,
      ...(body !== undefined && { body }),
    });
  };
}

/** The library's errors contain the sent tokens, so only Microsoft's error number is kept. */
async function tokenBy(
  credential: DefaultAzureCredential,
  scope: string,
  signal: AbortSignal | undefined,
): Promise<string> {
  try {
    return (await credential.getToken(scope, { ...(signal !== undefined && { abortSignal: signal }) })).token;
  } catch (error) {
    rethrowDefect(error);
    if (error instanceof PromoteError) throw error;
    const [code] = /AADSTS\d+/.exec(error instanceof Error ? error.message : '') ?? [];
    throw new PromoteError('SIGNATURE', `log in to Azure: ${code ?? 'no login was given'}`, {
      isAbsent: code === undefined ? true : undefined,
      hint: 'set AZURE_TENANT_ID and AZURE_CLIENT_ID with AZURE_CLIENT_SECRET or AZURE_FEDERATED_TOKEN_FILE, or run az login',
    });
  }
}

/** The kind of a key in a hardware module ends with `-HSM`, but is otherwise the same. */
function readPublicKey(
  { kty, kid: _, ...jwk }: { readonly kty: string; readonly kid: string },
  operation: string,
) {
  try {
    const key: JsonWebKey = { ...jwk, kty: kty.replace(/-HSM$/, '') };
    return requireSupportedKey(createPublicKey({ key, format: 'jwk' }));
  } catch (cause) {
    rethrowDefect(cause);
    if (cause instanceof PromoteError) throw cause;
    throw new PromoteError('KEY', `${operation}: a key of type ${kty} does not sign`, {
      hint: 'make one of type EC on the curve P-256',
    });
  }
}
