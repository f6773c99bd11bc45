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
  [
    // https://docs.docker.com/build/metadata/attestations/slsa-provenance/
    'BuildKit',
    'v0.2',
    {
      builder: { id: 'https://github.com/acme/shop/actions/runs/7' },
      buildType: 'https://mobyproject.org/buildkit@v1',
      invocation: {
        configSource: { uri: 'https://github.com/acme/shop.git#refs/heads/main', entryPoint: 'Dockerfile' },
        parameters: { frontend: 'dockerfile.v0', args: { 'build-arg:V': '1' }, locals: [{ name: 'x' }] },
      },
    },
    {
      source: 'https://github.com/acme/shop.git',
      ref: 'refs/heads/main',
      workflow: 'Dockerfile',
      parameters: { frontend: 'dockerfile.v0', 'args.build-arg:V': '1', 'locals.0.name': 'x' },
    },
  ],
  [
    // https://docs.docker.com/build/metadata/attestations/slsa-definitions/
    'BuildKit of version 1',
    'v1',
    {
      buildDefinition: {
        buildType: 'https://github.com/moby/buildkit/blob/master/docs/attestations/slsa-definitions.md',
        externalParameters: {
          configSource: { uri: `https://github.com/acme/shop.git#${COMMIT}`, path: 'Dockerfile' },
          request: { frontend: 'dockerfile.v0', args: { 'build-arg:V': '1' } },
        },
        resolvedDependencies: [{ uri: 'pkg:docker/node@24' }],
      },
      runDetails: { builder: { id: 'https://b.example' } },
    },
    {
      source: 'https://github.com/acme/shop.git',
      ref: COMMIT,
      parameters: { 'request.frontend': 'dockerfile.v0', 'request.args.build-arg:V': '1' },
    },
  ],
  [
    // https://docs.gitlab.com/ci/runners/configure_runners/#provenance-metadata-format
    'GitLab',
    'v1',
    {
      buildDefinition: {
        buildType: 'https://gitlab.com/gitlab-org/gitlab-runner/-/blob/v17/PROVENANCE.md',
        externalParameters: {
          CI_PIPELINE_ID: 7,
          entryPoint: 'build-job',
          source: 'https://gitlab.com/acme/shop',
        },
        resolvedDependencies: [{ uri: 'https://gitlab.com/acme/shop', digest: { sha256: COMMIT } }],
      },
      runDetails: { builder: { id: 'https://gitlab.com/acme/shop/-/runners/12' } },
    },
    { source: 'https://gitlab.com/acme/shop', workflow: 'build-job', parameters: { CI_PIPELINE_ID: '7' } },
  ],
  ['what names no builder', 'v1', { buildDefinition: { buildType: 'a' }, runDetails: {} }, undefined],
  ['another version', 'v3', { builder: { id: 'a' } }, undefined],
])('reads %s', (_, version, predicate, expected) => {
  const found = read(version, predicate);
  if (expected === undefined) expect(found).toBeUndefined();
  else expect(found).toMatchObject({ builder: expect.stringMatching(/^https/), ...expected });
});
