import { describe, expect, it } from 'vitest';
import type { PolicyFormat } from '../../src/policy/verifiers.ts';
import { PROMOTION } from '../../src/records/statement.ts';
import { CRDS, problemsOf } from './crds.ts';
import { documentsOf, ISSUER, OWN_KEY, OWN_NAME, PEM, policyOf, shop, WORKFLOW } from './signed-shop.ts';

describe('Kyverno', () => {
  it('asks for a signature by this key alone, and in bundles for a record', () => {
    const [{ spec }] = documentsOf(policyOf(OWN_KEY, 'kyverno', '1.19').text);
    const [rule] = spec.rules[0].verifyImages;
    // It matches references with their tag or digest: https://kyverno.io/docs/policy-types/cluster-policy/verify-images
    expect(rule.imageReferences).toEqual(['ghcr.io/acme/production/api:*', 'ghcr.io/acme/production/api@*']);
    expect(rule.attestors).toEqual([
      {
        count: 1,
        entries: [{ keys: { publicKeys: PEM, rekor: { ignoreTlog: true }, ctlog: { ignoreSCT: true } } }],
      },
    ]);
    // `conditions` would have to hold for the records of earlier environments too:
    // https://github.com/kyverno/kyverno/blob/main/pkg/engine/internal/imageverifier.go (`verifyAttestation`)
    expect(rule.attestations).toEqual([{ type: PROMOTION, attestors: rule.attestors }]);
    expect(rule).toMatchObject({ required: true, verifyDigest: true, failureAction: 'Enforce' });
  });

  it('takes an identity as a whole, also where it holds a wildcard of Kyverno', () => {
    const [exact] = documentsOf(policyOf(OWN_NAME, 'kyverno', '1.13').text);
    const entry = (document: typeof exact) =>
      document.spec.rules[0].verifyImages[0].attestors[0].entries[0].keyless;
    expect(entry(exact)).toMatchObject({ subject: WORKFLOW, issuer: ISSUER });
    const [starred] = documentsOf(
      policyOf(OWN_NAME.replace('promote.yaml', 'a*.yaml'), 'kyverno', '1.13').text,
    );
    const { subject, subjectRegExp } = entry(starred);
    expect(subject).toBeUndefined();
    expect(WORKFLOW.replace('promote.yaml', 'a*.yaml')).toMatch(new RegExp(subjectRegExp));
    expect(WORKFLOW.replace('promote.yaml', 'aa.yaml')).not.toMatch(new RegExp(subjectRegExp));
    expect(`${WORKFLOW.replace('promote.yaml', 'a*.yaml')}x`).not.toMatch(new RegExp(subjectRegExp));
  });

  it('says in comments what it does not bind', () => {
    expect(policyOf(OWN_KEY, 'kyverno', '1.19').text).toMatch(/^# Not bound: the environment and the repo/m);
    expect(policyOf(OWN_KEY, 'kyverno', '1.14').text).toMatch(/^# Not bound: the record/m);
    // A rule is for the images that its references match, and no other:
    // https://kyverno.io/docs/policy-types/cluster-policy/verify-images
    for (const version of ['1.14', '1.19'])
      expect(policyOf(OWN_KEY, 'kyverno', version).text).toMatch(
        /^# Not bound: images of other repositories/m,
      );
  });
});

describe('policy-controller', () => {
  it('asks in bundles for the record of this environment and repository', () => {
    const [{ spec }] = documentsOf(policyOf(OWN_NAME, 'policy-controller', '0.15').text);
    // https://docs.sigstore.dev/policy-controller/overview/#configuring-image-patterns
    expect(spec.images).toEqual(
      ['ghcr.io/acme/production/api:**', 'ghcr.io/acme/production/api@**'].map(glob => ({ glob })),
    );
    const [{ attestations, keyless }] = spec.authorities;
    expect(keyless.identities).toEqual([{ subject: WORKFLOW, issuer: ISSUER }]);
    expect(attestations[0].policy.data).toBe(
      `predicateType: "${PROMOTION}"\npredicate: environment: to: "production"\npredicate: target: repository: "ghcr.io/acme/production/api"\n`,
    );
  });

  it('names Docker Hub as globs are matched against it', () => {
    const file = shop(OWN_KEY, 'docker.io/acme');
    const { text } = policyOf(OWN_KEY, 'policy-controller', '0.15', { file });
    expect(documentsOf(text)[0].spec.images[0].glob).toBe('index.docker.io/acme/api:**');
  });
});

it('Ratify compares digests, which it does with a key alone', () => {
  const { text } = policyOf(OWN_KEY, 'ratify', '1.4');
  const documents = documentsOf(text);
  // The required and the known keys: https://github.com/ratify-project/ratify/tree/v1.4.0/config/crd/bases
  const known: Readonly<Record<string, readonly string[]>> = {
    Store: ['name', 'version', 'parameters', 'address', 'source'],
    Verifier: ['name', 'artifactTypes', 'version', 'parameters', 'address', 'source'],
    Policy: ['type', 'parameters'],
  };
  for (const { kind, spec } of documents)
    expect(known[kind]).toEqual(expect.arrayContaining(Object.keys(spec)));
  const [store, verifier, policy] = documents.map(({ spec }) => spec);
  expect([store.name, policy.type]).toEqual(['oras', 'config-policy']);
  // `trustPolicies` would set no ClaimVerifier: https://github.com/ratify-project/ratify/blob/v1.4.0/pkg/verifier/cosign/trustpolicy.go
  expect(verifier.parameters).toEqual({ key: '/usr/local/ratify-certs/cosign/cosign.pub' });
  for (const line of PEM.trimEnd().split('\n')) expect(text).toContain(`# ${line}\n`);
});

it('Podman and CRI-O accept this key and repository, and reject all else', () => {
  const { text, notes } = policyOf(OWN_KEY, 'containers-policy');
  const { default: rest, transports } = JSON.parse(text);
  expect(rest).toEqual([{ type: 'reject' }]);
  const [requirement] = transports.docker['ghcr.io/acme/production/api'];
  expect(Buffer.from(requirement.keyData, 'base64').toString()).toBe(PEM);
  expect(notes).toContainEqual(expect.stringMatching(/^not bound: the record/));
});

describe.skipIf(CRDS === undefined)('each document fits its definition (needs PROMOTE_CRDS)', () => {
  it.each<[PolicyFormat, string, string]>([
    ['kyverno', '1.19', OWN_KEY],
    ['kyverno', '1.14', OWN_KEY],
    ['kyverno', '1.13', OWN_NAME],
    ['kyverno', '1.19', OWN_KEY.replace(/ }$/, ', rekor: true }')],
    ['policy-controller', '0.15', OWN_NAME],
    ['policy-controller', '0.13', OWN_KEY],
  ])('%s %s, %s', (format, version, signing) => {
    const documents = documentsOf(policyOf(signing, format, version).text);
    expect(documents.length).toBeGreaterThan(0);
    for (const document of documents) expect(problemsOf(document)).toBe('');
  });

  it('and one with a key that is not defined does not', () => {
    const [document] = documentsOf(policyOf(OWN_KEY, 'kyverno', '1.19').text);
    document.spec.rules[0].verifyImages[0].attestors[0].entries[0].nonsense = true;
    expect(problemsOf(document)).toContain('additional properties');
  });
});
