import { expect, it } from 'vitest';
import { readProvenance } from '../../src/images/provenance.ts';
import { digestOf } from '../../src/oci/digest.ts';
import { inTotoStatement } from '../../src/signing/statement.ts';

const read = (version: string, predicate: unknown) =>
  readProvenance(
    inTotoStatement({
      digest: digestOf('image'),
      predicateType: `https://slsa.dev/provenance/${version}`,
      predicate,
    }),
  );
const COMMIT = 'a'.repeat(40);

it.each<[string, string, unknown, object | undefined]>([
  [
    // https://slsa.dev/spec/v0.2/provenance
    'slsa-github-generator',
    'v0.2',
    {
      builder: { id: 'https://github.com/slsa-framework/x@refs/tags/v2.1.0' },
      buildType: 'https://github.com/slsa-framework/slsa-github-generator/container@v1',
      invocation: {
        configSource: { uri: 'git+https://github.com/acme/shop@refs/heads/main', entryPoint: 'build.yml' },
      },
    },
    { source: 'https://github.com/acme/shop', ref: 'refs/heads/main', workflow: 'build.yml' },
  ],
  [
    // https://actions.github.io/buildtypes/workflow/v1
    'GitHub',
    'v1',
    {
      buildDefinition: {
        buildType: 'https://actions.github.io/buildtypes/workflow/v1',
        externalParameters: {
          workflow: { ref: 'refs/tags/v1', repository: 'https://github.com/acme/shop', path: 'b.yml' },
        },
        resolvedDependencies: [{ uri: 'git+https://github.com/acme/other@refs/heads/main' }],
      },
      runDetails: { builder: { id: 'https://github.com/actions/runner' } },
    },
    { source: 'https://github.com/acme/shop', ref: 'refs/tags/v1', workflow: 'b.yml' },
  ],
  [
    'Tekton Chains',
    'v1',
    {
      buildDefinition: {
        buildType: 'https://tekton.dev/chains/v2/slsa',
        externalParameters: { runSpec: {} },
        resolvedDependencies: [{ uri: `git+https://git.example/shop.git@${COMMIT}` }],
      },
      runDetails: { builder: { id: 'https://tekton.dev/chains/v2' } },
    },
    { source: 'https://git.example/shop.git', ref: COMMIT, workflow: undefined },
  ],
  ['what names no builder', 'v1', { buildDefinition: { buildType: 'a' }, runDetails: {} }, undefined],
  ['another version', 'v3', { builder: { id: 'a' } }, undefined],
])('reads %s', (_, version, predicate, expected) => {
  const found = read(version, predicate);
  if (expected === undefined) expect(found).toBeUndefined();
  else expect(found).toMatchObject({ builder: expect.stringMatching(/^https/), ...expected });
});
