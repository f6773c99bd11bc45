import { generateKeyPairSync } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cosignTag } from '../../../src/oci/cosign-tag.ts';
import { findSignature } from '../../../src/signing/find.ts';
import { openAwsKey } from '../../../src/signing/kms/aws.ts';
import { openAzureKey } from '../../../src/signing/kms/azure.ts';
import { openGoogleKey } from '../../../src/signing/kms/google.ts';
import { loadPrivateKey } from '../../../src/signing/private-key.ts';
import { loadPublicKey } from '../../../src/signing/public-key.ts';
import { keySigner, type SigningKey } from '../../../src/signing/signer.ts';
import { noRoot } from '../../../src/signing/trust.ts';
import { trustedKey } from '../../../src/signing/trusted-signer.ts';
import { AWS_KEY, AWS_LOGIN, startAwsKms } from '../../servers/aws-kms.ts';
import {
  AZURE_CLIENT,
  AZURE_SECRET,
  AZURE_TENANT,
  AZURE_VAULT,
  startAzureVault,
} from '../../servers/azure-vault.ts';
import { GOOGLE_KEY, startGoogleKms } from '../../servers/google-kms.ts';
import { describeWith } from '../../servers/tools.ts';
import { type CosignPlace, startCosignPlace } from '../cosign-place.ts';
import { newImage } from '../counted-store.ts';
import { toPem } from '../keys.ts';
import { sign } from '../sign-image.ts';
import { keyPlace } from './place.ts';

const p256 = () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const ec = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve }).privateKey;

const FORMATS = ['bundle', 'legacy'] as const;
/** Whose tags are shown too: the others sign the same bytes in the same form. */
const BOTH = ['azure', 'google-ed25519', 'p384'];

const KEYS: Readonly<Record<string, () => Promise<SigningKey>>> = {
  async aws() {
    const { url } = await startAwsKms(p256());
    const env = {
      AWS_ACCESS_KEY_ID: AWS_LOGIN.id,
      AWS_SECRET_ACCESS_KEY: AWS_LOGIN.secret,
      AWS_SESSION_TOKEN: AWS_LOGIN.token,
    };
    return await openAwsKey({ ...keyPlace({ 'kms.eu-central-1.amazonaws.com': url }, env), key: AWS_KEY });
  },
  google: async () => await google(p256()),
  'google-ed25519': async () => await google(generateKeyPairSync('ed25519').privateKey),
  async azure() {
    const { hosts } = await startAzureVault([p256()]);
    const env = {
      AZURE_TENANT_ID: AZURE_TENANT,
      AZURE_CLIENT_ID: AZURE_CLIENT,
      AZURE_CLIENT_SECRET: AZURE_SECRET,
    };
    return await openAzureKey({ ...keyPlace(hosts, env), host: AZURE_VAULT, key: 'promote' });
  },
  p384: async () => await loadPrivateKey(toPem(ec('P-384')), () => undefined),
  p521: async () => await loadPrivateKey(toPem(ec('P-521')), () => undefined),
};

async function google(key: ReturnType<typeof p256>): Promise<SigningKey> {
  const { url, hosts } = await startGoogleKms([{ key }]);
  const env = { GCE_METADATA_HOST: new URL(url).host, METADATA_SERVER_DETECTION: 'assume-present' };
  return await openGoogleKey({ ...keyPlace(hosts, env), key: GOOGLE_KEY });
}

describeWith(
  ['openssl', 'cosign', 'docker-registry', 'oras'],
  'cosign accepts with the exported public key',
  () => {
    let cosign: CosignPlace;
    beforeAll(async () => {
      cosign = await startCosignPlace();
    });
    afterAll(async () => {
      await cosign.stop();
    });

    it.each(Object.entries(KEYS))('what is signed by %s', async (path, open) => {
      const key = await open();
      const pub = join(cosign.directory, `${path}.pub`);
      await writeFile(pub, key.publicKey.export({ type: 'spki', format: 'pem' }));
      const flags = ['--insecure-ignore-tlog', '--allow-http-registry', '--key', pub];
      // Each alone: beside a bundle cosign reads no tag.
      for (const format of BOTH.includes(path) ? FORMATS : FORMATS.slice(0, 1)) {
        const { store, name, push } = cosign.repository(`${path}-${format}`);
        const subject = await newImage(store);
        await sign(store, subject, keySigner(key), { formats: [format] });
        await push();
        if (format === 'legacy') await push(cosignTag(subject.digest, 'sig'));
        expect(JSON.parse(await cosign.cosign('verify', ...flags, `${name}@${subject.digest}`))).toHaveLength(
          1,
        );
      }
    });

    it.each(['P-384', 'P-521'])('and what it signs itself on %s counts here', async namedCurve => {
      const path = namedCurve.toLowerCase();
      const prefix = join(cosign.directory, path);
      await writeFile(`${prefix}.pem`, toPem(ec(namedCurve)));
      await cosign.cosign('import-key-pair', '--key', `${prefix}.pem`, '--output-key-prefix', prefix);
      const { store, name, push, pull } = cosign.repository(path);
      const { digest } = await newImage(store);
      await push();
      const unlogged = ['--use-signing-config=false', '--tlog-upload=false', '--allow-http-registry'];
      await cosign.cosign('sign', '-y', ...unlogged, '--key', `${prefix}.key`, `${name}@${digest}`);
      const signed = await pull();
      const key = loadPublicKey(await readFile(`${prefix}.pub`, 'utf8'));
      const trust = { signers: [trustedKey(key)], root: noRoot };
      const search = { store: signed, referrers: await signed.referrers(digest), digest, trust };
      expect(await findSignature(search)).toBeDefined();
    });
  },
);
