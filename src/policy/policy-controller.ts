import { PUBLIC_SIGSTORE } from '../environments/normalise/signing.ts';
import { PROMOTION } from '../records/statement.ts';
import type { TrustedSigner } from '../signing/trusted-signer.ts';
import { identityOf, openLog, pemOf, yamlText } from './document.ts';
import type { PolicyRequest } from './policy-request.ts';
import type { SignedRepository } from './signed.ts';

/**
 * A ClusterImagePolicy for each repository. In bundles it asks for our record, of which one that fulfils the condition
 * suffices: https://github.com/sigstore/policy-controller/blob/main/pkg/webhook/validator.go
 * (`ValidatePolicyAttestationsForAuthority`). Each document binds one repository, because its condition names it.
 */
export function policyControllerPolicy({ signed, way, version }: PolicyRequest): string {
  const { environment, repositories, signers, signing } = signed;
  const isBundle = way === 'bundle';
  const documents = repositories.map((repository, at) => ({
    apiVersion: 'policy.sigstore.dev/v1beta1',
    kind: 'ClusterImagePolicy',
    metadata: { name: `promote-${environment}-${repository.image}-${at + 1}` },
    spec: {
      images: [':**', '@**'].map(rest => ({ glob: `${globName(repository.pull)}${rest}` })),
      mode: 'enforce',
      // One authority suffices.
      authorities: signers.map((signer, index) => ({
        name: `signer-${index + 1}`,
        ...authorityOf(signer, signing.rekor),
        signatureFormat: way,
        attestations: isBundle ? [recordOf(environment, repository)] : undefined,
      })),
    },
  }));
  const head = `policy-controller ${version}: images as promote signs them for ${environment}.`;
  const rest = isBundle
    ? [
        'The record is asked for: it binds environment, repository and digest, and is made with the signature.',
      ]
    : [
        'Not bound: the record, which is a Sigstore bundle, and with it environment and repository.',
        'A signing key of its own for each environment binds it.',
      ];
  return yamlText(
    [
      head,
      ...rest,
      ...openLog(signing),
      'It decides in namespaces labelled policy.sigstore.dev/include=true.',
    ],
    documents,
  );
}

function recordOf(environment: string, { push }: SignedRepository): object {
  const condition = [
    `predicateType: ${JSON.stringify(PROMOTION)}`,
    `predicate: environment: to: ${JSON.stringify(environment)}`,
    `predicate: target: repository: ${JSON.stringify(push)}`,
  ];
  return {
    name: 'promotion-record',
    predicateType: PROMOTION,
    policy: { type: 'cue', data: `${condition.join('\n')}\n` },
  };
}

function authorityOf(signer: TrustedSigner, rekor: string | undefined): object {
  switch (signer.kind) {
    case 'key':
      // Without `ctlog` no log entry is required.
      return {
        key: { data: pemOf(signer) },
        ctlog: signer.requires.log === true && rekor !== undefined ? { url: rekor } : undefined,
      };
    case 'certificate':
      return {
        keyless: { url: PUBLIC_SIGSTORE.fulcio, identities: [identityOf(signer)] },
        ctlog: { url: rekor },
      };
  }
}

/** Docker Hub's name as globs match it. */
function globName(repository: string): string {
  return repository.replace(/^docker\.io\//, 'index.docker.io/');
}
