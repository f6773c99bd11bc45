import { expect, it } from 'vitest';
import { readKeyReference } from '../../src/environments/key-reference.ts';

const ID = '1234abcd-12ab-34cd-56ef-1234567890ab';
const ARN = `arn:aws:kms:us-east-2:111122223333:key/${ID}`;
const GOOGLE = 'projects/p/locations/l/keyRings/r/cryptoKeys/k';

/** Each as cosign reads it: https://github.com/sigstore/sigstore/tree/main/pkg/signature/kms */
it.each<[string, object]>([
  ['hashivault://promote', { kind: 'transit', scheme: 'hashivault', key: 'promote' }],
  ['openbao://promote', { kind: 'transit', scheme: 'openbao', key: 'promote' }],
  [`awskms:///${ID}`, { kind: 'aws', host: undefined, key: ID }],
  [`awskms://localhost:4566/${ID}`, { kind: 'aws', host: 'localhost:4566', key: ID }],
  [`awskms:///${ARN}`, { kind: 'aws', host: undefined, key: ARN }],
  ['awskms:///mrk-1234abcd12ab34cd56ef1234567890ab', { key: 'mrk-1234abcd12ab34cd56ef1234567890ab' }],
  ['awskms:///alias/team/promote', { kind: 'aws', key: 'alias/team/promote' }],
  [
    'awskms://h.example/arn:aws-cn:kms:cn-north-1:111122223333:alias/a',
    { host: 'h.example', key: 'arn:aws-cn:kms:cn-north-1:111122223333:alias/a' },
  ],
  [`gcpkms://${GOOGLE}`, { kind: 'google', key: GOOGLE, version: undefined }],
  [`gcpkms://${GOOGLE}/cryptoKeyVersions/3`, { key: GOOGLE, version: '3' }],
  [`gcpkms://${GOOGLE}/versions/3`, { key: GOOGLE, version: '3' }],
  [
    'azurekms://v.vault.azure.net/k',
    { kind: 'azure', host: 'v.vault.azure.net', key: 'k', version: undefined },
  ],
  ['azurekms://v.vault.azure.net/k/0a1b', { version: '0a1b' }],
  ['k8s://release/promote', { kind: 'kubernetes', namespace: 'release', secret: 'promote' }],
])('%s is a key of its service', (text, reference) => {
  expect(readKeyReference(text)).toMatchObject({ kind: 'reference', reference });
});

it.each([
  'awskms://alias/promote',
  'awskms:///../keys',
  `awskms://user:password@host/${ID}`,
  `awskms:///arn:aws:s3:::bucket/${ID}`,
  'gcpkms://projects/p/locations/l/keyRings/r/cryptoKeys/k/cryptoKeyVersions/latest',
  'gcpkms://projects/p/locations/l/keyRings/r/cryptoKeys/k?x=1',
  'azurekms://v.vault.azure.net',
  'azurekms://v.vault.azure.net/k/../..',
  'azurekms://user@evil.example/k',
  'k8s://release/promote/key',
  'k8s://--all-namespaces/x',
  'hashivault://a/b',
])('%s names no key', text => {
  expect(readKeyReference(text)).toMatchObject({ kind: 'malformed' });
});

it.each(['pkcs11:token=t;object=o', 'pkcs11://x', 'gitlab://a/b', 'https://example.com/key.pub'])(
  '%s is a service that is not asked',
  text => {
    expect(readKeyReference(text)).toMatchObject({ kind: 'unknown' });
  },
);

it.each(['cosign.pub', './keys/a.pub', 'env://COSIGN_PRIVATE_KEY', '/etc/keys/a', 'a:b/c.pub'])(
  '%s is none',
  text => {
    expect(readKeyReference(text)).toBeUndefined();
  },
);
