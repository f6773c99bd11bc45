import { PROMOTION } from '../records/statement.ts';
import type { TrustedSigner } from '../signing/trusted-signer.ts';
import { identityOf, openLog, pemOf, yamlText } from './document.ts';
import type { PolicyRequest } from './policy-request.ts';

/**
 * A ClusterPolicy that requires our signature and, in bundles, our record.
 * https://kyverno.io/docs/policy-types/cluster-policy/verify-images/sigstore
 */
export function kyvernoPolicy({ signed, way, version }: PolicyRequest): string {
  const { environment, repositories, signers, signing } = signed;
  const attestors = [{ count: 1, entries: signers.map(signer => entryOf(signer, signing.rekor)) }];
  const isBundle = way === 'bundle';
  const rules = repositories.map(({ image, pull }, at) => ({
    name: `${image.slice(0, 50)}-${at + 1}`,
    match: { any: [{ resources: { kinds: ['Pod'] } }] },
    verifyImages: [
      {
        type: isBundle ? 'SigstoreBundle' : 'Cosign',
        imageReferences: [`${pull}:*`, `${pull}@*`],
        failureAction: 'Enforce',
        mutateDigest: true,
        verifyDigest: true,
        required: true,
        attestors,
        attestations: isBundle ? [{ type: PROMOTION, attestors }] : undefined,
      },
    ],
  }));
  const document = {
    apiVersion: 'kyverno.io/v1',
    kind: 'ClusterPolicy',
    metadata: { name: `promote-${environment}` },
    spec: { background: false, webhookConfiguration: { failurePolicy: 'Fail', timeoutSeconds: 30 }, rules },
  };
  return yamlText(
    [
      `Kyverno ${version}: images as promote signs them for ${environment}.`,
      ...unbound(isBundle),
      ...openLog(signing),
    ],
    [document],
  );
}

function unbound(isBundle: boolean): readonly string[] {
  const shared = 'A signing key of its own for each environment binds it.';
  const elsewhere =
    'Not bound: images of other repositories, which this policy lets pass. Refuse them by another policy.';
  return isBundle
    ? [
        elsewhere,
        'Not bound: the environment and the repository that the record names. Images carry the records of',
        'earlier environments too, and Kyverno holds a condition against every record of a signer.',
        shared,
      ]
    : [
        elsewhere,
        'Not bound: the record, which is a Sigstore bundle, and with it environment and repository.',
        shared,
      ];
}

function entryOf(signer: TrustedSigner, rekor: string | undefined): object {
  switch (signer.kind) {
    case 'key': {
      const isLogged = signer.requires.log === true && rekor !== undefined;
      return {
        keys: {
          publicKeys: pemOf(signer),
          rekor: isLogged ? { url: rekor } : { ignoreTlog: true },
          ctlog: { ignoreSCT: true },
        },
      };
    }
    case 'certificate':
      return { keyless: { ...identityOf(signer), rekor: { url: rekor } } };
  }
}
