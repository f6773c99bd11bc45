import { createPublicKey, type KeyObject, sign } from 'node:crypto';
import { type Answer, type Asked, listen } from './listen.ts';
import { signDigest } from './sign-digest.ts';
import { type AwsLogin, refuseSignature } from './signature-v4.ts';

export const AWS_LOGIN = {
  id: 'AKIAIOSFODNN7EXAMPLE',
  secret: 'marked-secret-access-key',
  token: 'marked-session-token',
} as const satisfies AwsLogin;

export const AWS_KEY = 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
export const AWS_ALIAS = 'alias/promote';
/** The identity that a CI's job shows in place of a login. */
export const AWS_IDENTITY = 'marked.identity.token';

/** Key Management Service and Security Token Service, and which of their actions were asked for. */
export interface AwsKms {
  readonly url: string;
  readonly asked: string[];
}

/**
 * Both services as documented: https://docs.aws.amazon.com/kms/latest/APIReference/API_Operations.html and
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html. Of a request the signature is
 * recomputed. The first `busy` are throttled, which KMS says by status 400. A refused signature is answered with all
 * that was signed, the session's token included.
 */
export async function startAwsKms(key: KeyObject, { busy = 0 } = {}): Promise<AwsKms> {
  const asked: string[] = [];
  let refusals = busy;
  const url = await listen(async request => {
    const action = `${request.headers['x-amz-target'] ?? new URLSearchParams(`${request.body}`).get('Action')}`;
    asked.push(`${request.headers.host} ${action}`);
    if (action === 'AssumeRoleWithWebIdentity') return assumeRole(request);
    const why = refuseSignature(request, AWS_LOGIN, { region: 'eu-central-1', service: 'kms' });
    if (why !== undefined) return refusal(why, `The Canonical String was ${JSON.stringify(request.headers)}`);
    if (refusals > 0) {
      refusals -= 1;
      return refusal('ThrottlingException', 'Rate exceeded');
    }
    return await answer(action, JSON.parse(`${request.body}`), key);
  });
  return { url, asked };
}

interface Parameters {
  readonly KeyId?: string;
  readonly Message?: string;
  readonly MessageType?: string;
  readonly SigningAlgorithm?: string;
}

async function answer(action: string, asked: Parameters, key: KeyObject): Promise<Answer> {
  if (![AWS_KEY, AWS_KEY.replace(/^.*\//, ''), AWS_ALIAS].includes(asked.KeyId ?? ''))
    return refusal('NotFoundException', `Key '${asked.KeyId}' does not exist`);
  const algorithms = algorithmsOf(key);
  const der = createPublicKey(key).export({ type: 'spki', format: 'der' });
  if (action === 'TrentService.GetPublicKey') {
    const body = { KeyId: AWS_KEY, KeyUsage: 'SIGN_VERIFY', PublicKey: der.toString('base64') };
    return { status: 200, body: { ...body, SigningAlgorithms: algorithms } };
  }
  if (action !== 'TrentService.Sign') return refusal('UnknownOperationException', '');
  const { SigningAlgorithm: algorithm = '' } = asked;
  if (!algorithms.includes(algorithm))
    return refusal('InvalidKeyUsageException', `${algorithm} is incompatible with the key`);
  const message = Buffer.from(asked.Message ?? '', 'base64');
  const signature = await signed(key, message, asked);
  if (signature === undefined)
    return refusal('ValidationException', 'Digest is invalid length for algorithm');
  const body = { KeyId: AWS_KEY, Signature: signature.toString('base64'), SigningAlgorithm: algorithm };
  return { status: 200, body };
}

/** Without `MessageType: DIGEST` the service hashes by itself. */
async function signed(key: KeyObject, message: Buffer, asked: Parameters): Promise<Buffer | undefined> {
  const bits = Number(asked.SigningAlgorithm?.slice(-3));
  if (asked.MessageType !== 'DIGEST')
    return message.length > 4096 ? undefined : sign(`sha${bits}`, message, key);
  if (message.length * 8 !== bits) return undefined;
  return await signDigest(key, message, asked.SigningAlgorithm?.includes('PKCS1') ? 'pkcs1v15' : 'pss');
}

/** One for each curve, and all for RSA: https://docs.aws.amazon.com/kms/latest/developerguide/symm-asymm-choose-key-spec.html */
function algorithmsOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): readonly string[] {
  if (asymmetricKeyType === 'ed25519') return ['ED25519_PH_SHA_512', 'ED25519_SHA_512'];
  if (asymmetricKeyType === 'rsa')
    return ['PKCS1_V1_5', 'PSS'].flatMap(family =>
      [256, 384, 512].map(bits => `RSASSA_${family}_SHA_${bits}`),
    );
  return [
    { prime256v1: 'ECDSA_SHA_256', secp384r1: 'ECDSA_SHA_384', secp521r1: 'ECDSA_SHA_512' }[
      asymmetricKeyDetails?.namedCurve ?? ''
    ] ?? '',
  ];
}

function refusal(type: string, message: string): Answer {
  return { status: 400, body: { __type: type, message } };
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html */
export function assumeRole({ body }: Asked): Answer {
  const form = new URLSearchParams(`${body}`);
  if (form.get('WebIdentityToken') !== AWS_IDENTITY || !form.get('RoleArn')?.startsWith('arn:aws:iam::')) {
    const error = `<Error><Code>InvalidIdentityToken</Code><Message>${form.get('WebIdentityToken')}</Message></Error>`;
    return { status: 400, body: `<ErrorResponse>${error}</ErrorResponse>` };
  }
  const { id, secret, token } = AWS_LOGIN;
  const expiration = new Date(Date.now() + 3_600_000).toISOString();
  return {
    status: 200,
    body: `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>${id}</AccessKeyId><SecretAccessKey>${secret}</SecretAccessKey><SessionToken>${token}</SessionToken><Expiration>${expiration}</Expiration></Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`,
  };
}
