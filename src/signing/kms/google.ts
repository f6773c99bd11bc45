import { createPublicKey, type KeyObject } from 'node:crypto';
import type { AuthClient } from 'google-auth-library';
import { z } from 'zod';
import { PromoteError, rethrowDefect } from '../../errors.ts';
import { googleClient } from '../../http/clouds/google-client.ts';
import { requireSupportedKey } from '../public-key.ts';
import type { SigningKey } from '../signer.ts';
import { askService, jsonBody, parseAnswer } from '../sigstore/service.ts';
import { type KeyServicePlace, requireSha256, sha256 } from './service-key.ts';

/** A key of Google Cloud KMS. The login is that of Google's own tools (application default credentials). */
export interface GooglePlace extends KeyServicePlace {
  /** `projects/…/cryptoKeys/<key>` */
  readonly key: string;
  /** Absent: the newest enabled version. */
  readonly version?: string | undefined;
}

const HINT =
  'the login needs cloudkms.cryptoKeyVersions.viewPublicKey, .useToSign, and .list without a version';
const SCOPE = 'https://www.googleapis.com/auth/cloudkms';

const versionsSchema = z.object({ cryptoKeyVersions: z.array(z.object({ name: z.string() })).default([]) });
const publicKeySchema = z.object({ pem: z.string(), algorithm: z.string() });
const signatureSchema = z.object({ name: z.string(), signature: z.base64() });

/**
 * Opens a version of a key, which stays in the service. Throws `KEY`, `SIGNATURE` or `UNREACHABLE`.
 * https://docs.cloud.google.com/kms/docs/reference/rest/v1/projects.locations.keyRings.cryptoKeys.cryptoKeyVersions
 */
export async function openGoogleKey(place: GooglePlace): Promise<SigningKey> {
  const { key, version } = place;
  const client = await login(place);
  const name = version === undefined ? await newest(place, client) : `${key}/cryptoKeyVersions/${version}`;
  const operation = `read key ${name}`;
  const answer = await ask(place, client, { operation, path: `/v1/${name}/publicKey` });
  const { pem, algorithm } = parseAnswer(publicKeySchema, answer, operation);
  const publicKey = readPublicKey(pem, algorithm, name);
  const isRaw = publicKey.asymmetricKeyType === 'ed25519';
  if (place.use === 'sign' && !isRaw) requireSha256(publicKey, name);
  return {
    publicKey,
    async sign(data) {
      const signing = `sign with key ${name}`;
      const content = isRaw
        ? { data: Buffer.from(data).toString('base64') }
        : { digest: { sha256: sha256(data).toString('base64') } };
      const path = `/v1/${name}:asymmetricSign`;
      const signed = await ask(place, client, { operation: signing, path, body: jsonBody(content) });
      return Buffer.from(parseAnswer(signatureSchema, signed, signing).signature, 'base64');
    },
  };
}

/** The version that cosign also uses: the first enabled one, by name. */
async function newest(place: GooglePlace, client: AuthClient): Promise<string> {
  const operation = `find version of key ${place.key}`;
  const query = new URLSearchParams({ filter: 'state=ENABLED', orderBy: 'name desc', pageSize: '1' });
  const path = `/v1/${place.key}/cryptoKeyVersions?${query}`;
  const answer = await ask(place, client, { operation, path });
  const [first] = parseAnswer(versionsSchema, answer, operation).cryptoKeyVersions;
  if (first?.name.startsWith(`${place.key}/cryptoKeyVersions/`)) return first.name;
  throw new PromoteError('KEY', `${operation}: none is enabled`, {
    hint: 'enable one, or name one: gcpkms://…/cryptoKeyVersions/<n>',
  });
}

async function ask(
  place: GooglePlace,
  client: AuthClient,
  request: Pick<Parameters<typeof askService>[0], 'operation' | 'path' | 'body'>,
) {
  const { http, signal, onSecret } = place;
  const headers = Object.fromEntries(await loggingIn(() => client.getRequestHeaders()));
  onSecret(headers.authorization?.replace(/^Bearer /, '') ?? '');
  const service = { http, signal, url: `https://cloudkms.${client.universeDomain}` };
  return await askService({ service, headers, hint: HINT, ...request });
}

async function login({ http, key }: GooglePlace): Promise<AuthClient> {
  // Without a project the library asks gcloud and the machine's metadata service for one.
  const projectId = key.split('/')[1] ?? key;
  return await loggingIn(() => googleClient(http, { scopes: SCOPE, projectId }));
}

/** The library's errors contain what was sent, tokens included. */
async function loggingIn<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    rethrowDefect(error);
    if (error instanceof PromoteError) throw error;
    const isAbsent = error instanceof Error && /default credentials/.test(error.message);
    const why = isAbsent ? 'no login was given' : 'the one that was given is refused';
    throw new PromoteError('SIGNATURE', `log in to Google Cloud: ${why}`, {
      isAbsent: isAbsent ? true : undefined,
      hint: 'name a credentials file in GOOGLE_APPLICATION_CREDENTIALS, or run gcloud auth application-default login',
    });
  }
}

function readPublicKey(pem: string, algorithm: string, name: string): KeyObject {
  // cosign verifies RSA signatures only by PKCS #1.
  if (/^(?:EC_SIGN|RSA_SIGN_PKCS1)_/.test(algorithm)) return requireSupportedKey(createPublicKey(pem));
  throw new PromoteError('KEY', `read key ${name}: ${algorithm} is no algorithm that cosign verifies`, {
    hint: 'make a key of EC_SIGN_P256_SHA256',
  });
}
