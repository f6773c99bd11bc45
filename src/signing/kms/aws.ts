import { createPublicKey } from 'node:crypto';
import { GetPublicKeyCommand, KMSClient, SignCommand } from '@aws-sdk/client-kms';
import { PromoteError, rethrowDefect } from '../../errors.ts';
import { awsHandler } from '../../http/clouds/aws-handler.ts';
import { requireSupportedKey } from '../public-key.ts';
import type { SigningKey } from '../signer.ts';
import { type KeyServicePlace, requireSha256, sha256 } from './service-key.ts';

/** A key of AWS KMS. The login is found as Amazon's own tools find it. */
export interface AwsPlace extends KeyServicePlace {
  readonly host?: string | undefined;
  /** An id, an ARN or an alias. */
  readonly key: string;
}

const TRIES = 6;

/**
 * Opens a key, which stays in the service. An alias is resolved once, for the whole run. Throws `KEY`,
 * `SIGNATURE` or `UNREACHABLE`. https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html
 */
export async function openAwsKey(place: AwsPlace): Promise<SigningKey> {
  const { key, host } = place;
  const region = /^arn:[a-z-]+:kms:([a-z0-9-]+):/.exec(key)?.[1];
  const client = new KMSClient({
    // The library tries once, because our own retry also signs the request again.
    maxAttempts: 1,
    requestHandler: awsHandler(place),
    ...(region !== undefined && { region }),
    ...(host !== undefined && { endpoint: `https://${host}` }),
  });
  const found = await asking(place, 'read', () => client.send(new GetPublicKeyCommand({ KeyId: key })));
  const publicKey = readPublicKey(found.PublicKey, key);
  if (place.use === 'sign') requireSha256(publicKey, key);
  return {
    publicKey,
    async sign(data) {
      const command = new SignCommand({
        KeyId: found.KeyId ?? key,
        Message: sha256(data),
        MessageType: 'DIGEST',
        SigningAlgorithm:
          publicKey.asymmetricKeyType === 'rsa' ? 'RSASSA_PKCS1_V1_5_SHA_256' : 'ECDSA_SHA_256',
      });
      const { Signature } = await asking(place, 'sign with', () => client.send(command));
      return Buffer.from(Signature ?? []);
    },
  };
}

function readPublicKey(der: Uint8Array | undefined, key: string) {
  try {
    return requireSupportedKey(createPublicKey({ key: Buffer.from(der ?? []), format: 'der', type: 'spki' }));
  } catch (cause) {
    rethrowDefect(cause);
    throw cause instanceof PromoteError
      ? cause
      : new PromoteError('KEY', `read key ${key}: it is no key that signs`, {
          hint: 'make one with KeyUsage SIGN_VERIFY and KeySpec ECC_NIST_P256',
        });
  }
}

/** Retries while the service is busy (status 400). Its answers repeat logins, so errors omit them. */
async function asking<Answer>(
  { http, key, signal }: AwsPlace,
  verb: string,
  send: () => Promise<Answer>,
): Promise<Answer> {
  for (let tried = 1; ; tried++) {
    try {
      return await send();
    } catch (error) {
      rethrowDefect(error);
      if (error instanceof PromoteError) throw error;
      const { name } = error instanceof Error ? error : { name: 'unknown' };
      const isBusy = /Throttl|TooManyRequests|LimitExceeded|KMSInternal|DependencyTimeout/.test(name);
      if (isBusy && tried < TRIES) await http.pause(tried, signal);
      else throw failure(`${verb} key ${key}`, name, isBusy);
    }
  }
}

function failure(operation: string, name: string, isBusy: boolean): PromoteError {
  if (isBusy) {
    return new PromoteError('UNREACHABLE', `${operation}: AWS KMS answered ${name}`, {
      hint: 'run it again: what is done already is not done twice',
    });
  }
  // The library throws a plain `Error` if it has no region.
  const isAbsent = /^CredentialsProviderError$|^Error$/.test(name);
  const isLogin = isAbsent || /Credential|Token|Region/.test(name);
  const why = isAbsent ? 'was given no region or no login' : 'refuses';
  return new PromoteError('SIGNATURE', `${operation}: AWS KMS ${why} (${name})`, {
    isAbsent: isAbsent ? true : undefined,
    hint: isLogin
      ? 'set AWS_REGION and a login, as for `aws kms get-public-key`; in CI AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE'
      : 'the login needs kms:GetPublicKey and kms:Sign on the key',
  });
}
