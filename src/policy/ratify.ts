import { openLog, pemOf, yamlText } from './document.ts';
import { type PolicyRequest, refused } from './policy-request.ts';

/** The name of cosign's `.sig` in Ratify's store. */
const SIGNATURE = 'application/vnd.dev.cosign.artifact.sig.v1+json';

/** The path where Ratify's chart mounts the value `cosign.key`. */
const KEY_PATH = '/usr/local/ratify-certs/cosign/cosign.pub';

/**
 * Store, Verifier and Policy of Ratify 1. The verifier names its key by `key`. With `trustPolicies` Ratify
 * compares no signature's digest with the image, and judges only the last layer.
 * https://github.com/ratify-project/ratify/blob/v1.4.0/pkg/verifier/cosign/cosign.go
 */
export function ratifyPolicy({ signed, version }: PolicyRequest): string {
  const { environment, signers, signing } = signed;
  const [signer, ...others] = signers;
  if (signer?.kind !== 'key' || others.length > 0) {
    throw refused(
      `ratify ${version}: ${signers.length} signers count for ${environment}, and a verifier has one key`,
      'take the keys that are no longer needed out of signing.trusted',
    );
  }
  const kind = signer.key.asymmetricKeyType;
  if (kind !== 'ec')
    throw refused(
      `ratify ${version} reads ECDSA keys alone, and this one is ${kind}`,
      'sign with ECDSA P-256',
    );
  const isLogged = signer.requires.log === true;
  const documents = [
    document('Store', 'store-oras', {
      name: 'oras',
      version: '1.0.0',
      parameters: { cosignEnabled: true },
    }),
    document('Verifier', 'verifier-cosign', {
      name: 'cosign',
      artifactTypes: SIGNATURE,
      parameters: { key: KEY_PATH, rekorURL: isLogged ? signing.rekor : undefined },
    }),
    document('Policy', 'ratify-policy', {
      type: 'config-policy',
      parameters: { artifactVerificationPolicies: { [SIGNATURE]: 'any' } },
    }),
  ];
  return yamlText(
    [
      `Ratify ${version}: images as promote signs them for ${environment}.`,
      'Not bound: the repository, so every image of the cluster has to be signed by this key.',
      'Not bound: the record, which is a Sigstore bundle, and with it the environment.',
      'A signing key of its own for each environment binds it.',
      ...openLog(signing),
      `Its chart mounts the key at that path: --set-file cosign.key=<file>, with these lines in the file:`,
      ...pemOf(signer).trimEnd().split('\n'),
      'The cluster has one Policy: add further artifact types to it. Gatekeeper asks Ratify by a constraint.',
    ],
    documents,
  );
}

function document(kind: string, name: string, spec: object): object {
  return { apiVersion: 'config.ratify.deislabs.io/v1beta1', kind, metadata: { name }, spec };
}
