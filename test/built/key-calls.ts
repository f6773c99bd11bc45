import { generateKeyPairSync } from 'node:crypto';
import { expect } from 'vitest';
import { digestOf } from '../../src/oci/digest.ts';
import { noRoot } from '../../src/signing/trust.ts';
import { AWS_KEY, AWS_LOGIN, startAwsKms } from '../servers/aws-kms.ts';
import {
  AZURE_CLIENT,
  AZURE_SECRET,
  AZURE_TENANT,
  AZURE_VAULT,
  startAzureVault,
} from '../servers/azure-vault.ts';
import { GOOGLE_KEY, startGoogleKms } from '../servers/google-kms.ts';
import { keyPlace } from '../signing/kms/place.ts';

// biome-ignore lint/suspicious/noExplicitAny: what a bundle exports has no types.
type Module = any;

const key = () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;

const IDENTIFIED = { kind: 'keyless', identity: 'me', issuer: 'them', fulcio: 'https://fulcio.example.com' };

/** Each key service as it ships, with all of its maker's library, opens its key at the server that speaks its protocol. */
export const KEY_CALLS: Readonly<Record<string, Readonly<Record<string, (module: Module) => unknown>>>> = {
  'src/images/claimed-signers.ts': {
    claimedSigners: async ({ claimedSigners }: Module) => {
      const store = { name: 'build', head: async () => undefined, referrers: async () => [] };
      expect(await claimedSigners(store, digestOf('an image'))).toBeUndefined();
    },
  },
  'src/cli/key-service.ts': {
    openServiceKey: async ({ openServiceKey }) =>
      await expect(
        openServiceKey({ io: { env: {} } }, { kind: 'transit', scheme: 'hashivault', key: 'a' }, 'sign'),
      ).rejects.toMatchObject({ code: 'KEY' }),
    readServiceKey: async ({ readServiceKey }) =>
      await expect(
        readServiceKey(
          { io: { env: { PATH: '/nowhere' } } },
          { kind: 'kubernetes', namespace: 'a', secret: 'b' },
        ),
      ).rejects.toMatchObject({ code: 'KEY' }),
  },
  'src/signing/encrypted-key.ts': {
    encryptKey: encrypts,
    decryptKey: encrypts,
  },
  'src/cli/sigstore-signer.ts': {
    servicesOf: ({ servicesOf }) =>
      expect(servicesOf({ io: {} }, { tsa: 'https://tsa.example.com' }).witnesses).toHaveLength(1),
    keylessSignerOf: ({ keylessSignerOf }) =>
      expect(keylessSignerOf({ io: {} }, {}, IDENTIFIED, noRoot).trust.signers).toHaveLength(1),
    identitySigner: async ({ identitySigner }) =>
      await expect(identitySigner({ io: { env: {} } }, {}, [], noRoot).key()).rejects.toMatchObject({
        code: 'SIGNATURE',
      }),
  },
  'src/signing/kms/aws.ts': {
    async openAwsKey({ openAwsKey }) {
      const { url } = await startAwsKms(key());
      const place = keyPlace(
        { 'kms.eu-central-1.amazonaws.com': url },
        {
          AWS_ACCESS_KEY_ID: AWS_LOGIN.id,
          AWS_SECRET_ACCESS_KEY: AWS_LOGIN.secret,
          AWS_SESSION_TOKEN: AWS_LOGIN.token,
        },
      );
      expect((await openAwsKey({ ...place, key: AWS_KEY })).publicKey.asymmetricKeyType).toBe('ec');
    },
  },
  'src/signing/kms/google.ts': {
    async openGoogleKey({ openGoogleKey }) {
      const { url, hosts } = await startGoogleKms([{ key: key() }]);
      // The one request that the library sends by itself.
      const env = { GCE_METADATA_HOST: new URL(url).host, METADATA_SERVER_DETECTION: 'assume-present' };
      const opened = await openGoogleKey({ ...keyPlace(hosts, env), key: GOOGLE_KEY });
      expect(opened.publicKey.asymmetricKeyType).toBe('ec');
    },
  },
  'src/signing/kms/azure.ts': {
    async openAzureKey({ openAzureKey }) {
      const { hosts } = await startAzureVault([key()]);
      const env = {
        AZURE_TENANT_ID: AZURE_TENANT,
        AZURE_CLIENT_ID: AZURE_CLIENT,
        AZURE_CLIENT_SECRET: AZURE_SECRET,
      };
      const opened = await openAzureKey({ ...keyPlace(hosts, env), host: AZURE_VAULT, key: 'promote' });
      expect(opened.publicKey.asymmetricKeyType).toBe('ec');
    },
  },
  'src/signing/kms/kubernetes.ts': {
    readKeySecret: async ({ readKeySecret }) =>
      await expect(
        readKeySecret({ env: { PATH: '/nowhere' }, namespace: 'a', secret: 'b' }),
      ).rejects.toMatchObject({ code: 'KEY' }),
  },
};

async function encrypts({ encryptKey, decryptKey }: Module): Promise<void> {
  const body = await encryptKey(Buffer.from('key'), 'password');
  expect(Buffer.from(await decryptKey(body, () => 'password')).toString()).toBe('key');
}
