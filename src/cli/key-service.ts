import type { KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { KeyReference } from '../environments/key-reference.ts';
import { PromoteError, rethrowDefect } from '../errors.ts';
import type { Http } from '../http/http.ts';
import type { KeySecret } from '../signing/kms/kubernetes.ts';
import { loadPrivateKey } from '../signing/private-key.ts';
import { loadPublicKey } from '../signing/public-key.ts';
import type { SigningKey } from '../signing/signer.ts';
import type { Io } from './io.ts';

/** The key services by URI scheme: the prefixes of their variables, and the file that may hold a token. */
const SERVICES = {
  hashivault: { variables: ['VAULT'], tokenFile: '.vault-token' },
  openbao: { variables: ['BAO', 'VAULT'], tokenFile: '.vault-token' },
} as const;

/** What is needed to reach key services. */
export interface KeyServices {
  readonly io: Io;
  readonly http: Http;
}

/** The use that a key is opened for: some keys of a service can only verify. */
export type KeyUse = 'sign' | 'verify';

/** Opens a key of a key service. Throws `KEY`, `SIGNATURE` or `UNREACHABLE`, without secrets in the error. */
export async function openServiceKey(
  { io, http }: KeyServices,
  reference: KeyReference,
  use: KeyUse,
): Promise<SigningKey> {
  const onSecret = (secret: string) => io.secrets?.add([secret]);
  const place = { http, signal: io.signal, use, onSecret };
  switch (reference.kind) {
    case 'transit':
      return await openTransit({ io, http }, reference);
    case 'aws': {
      const { openAwsKey } = await import('../signing/kms/aws.ts');
      return await openAwsKey({ ...place, ...reference });
    }
    case 'google': {
      const { openGoogleKey } = await import('../signing/kms/google.ts');
      return await openGoogleKey({ ...place, ...reference });
    }
    case 'azure': {
      const { openAzureKey } = await import('../signing/kms/azure.ts');
      return await openAzureKey({ ...place, ...reference });
    }
    case 'kubernetes':
      return await openSecretKey(io, reference);
  }
}

/** Reads the public half of a service's key. */
export async function readServiceKey(place: KeyServices, reference: KeyReference): Promise<KeyObject> {
  if (reference.kind !== 'kubernetes') return (await openServiceKey(place, reference, 'verify')).publicKey;
  const { publicKey } = await secretOf(place.io, reference);
  return loadPublicKey(publicKey ?? '');
}

type In<Kind extends KeyReference['kind']> = Extract<KeyReference, { readonly kind: Kind }>;

/** Opens a key in a Secret of Kubernetes. As with cosign, the Secret has the password too. */
async function openSecretKey(io: Io, reference: In<'kubernetes'>): Promise<SigningKey> {
  const { privateKey = '', password } = await secretOf(io, reference);
  if (password !== undefined) io.secrets?.add([password]);
  return await loadPrivateKey(privateKey, () => password ?? io.env.COSIGN_PASSWORD);
}

async function secretOf({ env, signal }: Io, { namespace, secret }: In<'kubernetes'>): Promise<KeySecret> {
  const { readKeySecret } = await import('../signing/kms/kubernetes.ts');
  return await readKeySecret({ env, signal, namespace, secret });
}

async function openTransit({ io, http }: KeyServices, { scheme, key }: In<'transit'>): Promise<SigningKey> {
  const uri = `${scheme}://${key}`;
  const { variables, tokenFile } = SERVICES[scheme];
  const named = (what: string) => variables.map(prefix => io.env[`${prefix}_${what}`]).find(Boolean);
  const url = named('ADDR');
  if (url === undefined || !URL.canParse(url)) throw unset(uri, `${variables[0]}_ADDR`);
  const token = named('TOKEN') ?? (await tokenIn(join(io.env.HOME || homedir(), tokenFile)));
  if (token === undefined) throw unset(uri, `${variables[0]}_TOKEN`);
  io.secrets?.add([token]);
  const { openTransitKey } = await import('../signing/kms/transit.ts');
  return await openTransitKey({
    service: { http, url, signal: io.signal },
    token,
    namespace: named('NAMESPACE'),
    mount: (io.env.TRANSIT_SECRET_ENGINE_PATH || 'transit').replace(/^\/+|\/+$/g, ''),
    key,
  });
}

function unset(uri: string, variable: string): PromoteError {
  return new PromoteError('KEY', `load key ${uri}: the environment variable ${variable} is not set`, {
    hint: "set it as for the service's own command line, or name a key by path or env://NAME",
    isAbsent: true,
  });
}

async function tokenIn(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, 'utf8')).trim() || undefined;
  } catch (error) {
    rethrowDefect(error);
    return undefined;
  }
}
