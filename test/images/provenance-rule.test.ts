import { describe, expect, it } from 'vitest';
import { buildRefusal, type ProvenanceRule } from '../../src/images/provenance-rule.ts';

const exact = (text: string) => ({ kind: 'exact', text }) as const;
const RULE: ProvenanceRule = {
  builder: exact('https://builder.example/v1'),
  source: exact('https://github.com/acme/shop'),
  ref: { kind: 'pattern', pattern: 'refs/heads/(main|release-.*)' },
  workflow: exact('.github/workflows/build.yml'),
  buildType: exact('https://type.example/v1'),
  trigger: exact('push'),
};
const CLAIMS = {
  builder: 'https://builder.example/v1',
  source: 'https://github.com/acme/shop',
  ref: 'refs/heads/main',
  workflow: '.github/workflows/build.yml',
  buildType: 'https://type.example/v1',
};
const CERTIFICATE = {
  sourceRepository: 'https://github.com/acme/shop',
  sourceRef: 'refs/heads/main',
  buildConfig: 'https://github.com/acme/shop/.github/workflows/build.yml@refs/heads/main',
  trigger: 'push',
};
const OPEN: ProvenanceRule = { builder: RULE.builder };

describe('a build', () => {
  it('is as the rule says', () => {
    expect(buildRefusal(RULE, CLAIMS, CERTIFICATE)).toBeUndefined();
    expect(buildRefusal(OPEN, CLAIMS, undefined)).toBeUndefined();
    expect(buildRefusal({ ...RULE, trigger: undefined }, CLAIMS, undefined)).toBeUndefined();
  });

  const PARAMETERS = { 'args.VERSION': '1', 'inputs.debug': 'false' };
  it.each<[string | undefined, Readonly<Record<string, string>>]>([
    [undefined, { 'args.VERSION': '1', 'inputs.debug': 'false' }],
    ['other-parameter', { 'args.VERSION': '2', 'inputs.debug': 'false' }],
    ['other-parameter', { 'args.VERSION': '1', 'inputs.debug': 'false', 'args.GONE': '' }],
    ['unknown-parameter', { 'args.VERSION': '1' }],
    ['unknown-parameter', {}],
    ['other-parameter', { 'args.VERSION': '1', '*': 'true' }],
    [undefined, { 'args.VERSION': '1', '*': 'false' }],
  ])('answers %s for parameters as %j', (code, wanted) => {
    const parameters = Object.fromEntries(
      Object.entries(wanted).map(([name, value]) => [name, exact(value)]),
    );
    const refusal = buildRefusal({ ...OPEN, parameters }, { ...CLAIMS, parameters: PARAMETERS }, undefined);
    expect(refusal?.code).toBe(code);
  });

  it.each<[string, object, object]>([
    ['other-builder', { builder: 'https://builder.example/v1x' }, {}],
    ['other-build-type', { buildType: 'https://type.example/v2' }, {}],
    ['other-source', { source: 'https://github.com/mallory/shop' }, {}],
    ['other-source', { source: undefined }, {}],
    ['other-ref', { ref: 'refs/heads/mainly' }, {}],
    ['other-workflow', { workflow: '.github/workflows/test.yml' }, {}],
    ['certificate-without-source', {}, { sourceRepository: undefined }],
    ['certificate-other-source', {}, { sourceRepository: 'https://github.com/mallory/shop' }],
    ['certificate-other-ref', {}, { sourceRef: 'refs/pull/7/merge' }],
    [
      'certificate-other-workflow',
      {},
      { buildConfig: 'https://github.com/acme/shop/.github/workflows/x.yml@refs/heads/main' },
    ],
    [
      'certificate-other-workflow',
      {},
      {
        buildConfig:
          'https://github.com/acme/shop/.github/workflows/x.yml@refs/heads/a/.github/workflows/build.yml@b',
      },
    ],
    ['other-trigger', {}, { trigger: 'workflow_dispatch' }],
  ])('is refused: %s %j %j', (code, claims, certificate) => {
    expect(buildRefusal(RULE, { ...CLAIMS, ...claims }, { ...CERTIFICATE, ...certificate })).toMatchObject({
      code,
    });
  });

  it.each([
    [{ sourceRef: 'refs/pull/7/merge' }],
    [{ trigger: 'pull_request_target' }],
    [{ trigger: 'merge_request_event' }],
    [{ trigger: 'external_pull_request_event' }],
  ])('of a pull request counts only where ref or trigger say so: %j', certificate => {
    expect(buildRefusal(OPEN, CLAIMS, certificate)).toMatchObject({ code: 'pull-request' });
    expect(
      buildRefusal({ ...OPEN, trigger: { kind: 'pattern', pattern: '.*' } }, CLAIMS, {
        trigger: 'pull_request',
        ...certificate,
      }),
    ).toBeUndefined();
  });

  it.each(['pull_request_target', 'merge_request_event'])(
    'of a branch that a %s started is none',
    trigger => {
      const rule = { ...RULE, trigger: undefined };
      expect(buildRefusal(rule, CLAIMS, { ...CERTIFICATE, trigger })).toEqual({
        code: 'pull-request',
        detail: trigger,
      });
      const sourceRef = 'refs/pull/7/merge';
      const asked = { ...rule, ref: exact(sourceRef) };
      const claims = { ...CLAIMS, ref: sourceRef };
      expect(buildRefusal(asked, claims, { ...CERTIFICATE, sourceRef, trigger })).toBeUndefined();
    },
  );
});
