import { describe, expect, it } from 'vitest';
import { environmentNamed } from '../../src/environments/locate.ts';
import { parseEnvironments } from '../../src/environments/parse.ts';
import { PULL_REQUEST } from '../fixtures/candidates.ts';
import { fileWith } from './problems.ts';

const parse = (parts: Parameters<typeof fileWith>[0]) =>
  parseEnvironments(fileWith(parts), 'environments.yaml');

describe('an environments file', () => {
  it('needs no more than names, registries and files', () => {
    expect(parse({})).toEqual({
      images: [{ name: 'api', repository: 'api', pins: [] }],
      environments: [
        {
          name: 'dev',
          from: { kind: 'build' },
          registries: [{ push: 'ghcr.io/acme/dev', pull: 'ghcr.io/acme/dev', files: [] }],
          files: ['dev/**'],
          deployment: {},
          commit: 'pull-request',
          tags: [{ name: '{tag}', moves: false }],
          grouping: { kind: 'image' },
          pullRequest: PULL_REQUEST,
          gates: {},
        },
        {
          name: 'prod',
          from: { kind: 'environment', name: 'dev' },
          registries: [{ push: 'ghcr.io/acme/prod', pull: 'ghcr.io/acme/prod', files: [] }],
          files: ['prod/**'],
          deployment: {},
          commit: 'pull-request',
          tags: [{ name: '{tag}', moves: false }],
          grouping: { kind: 'environment' },
          pullRequest: PULL_REQUEST,
          gates: {},
        },
      ],
    });
  });

  it.each([
    ['commit: direct', { commit: 'direct' }],
    ['tags: ["v-{tag}"]', { tags: [{ name: 'v-{tag}', moves: false }] }],
    ['tags: [{ name: stable, moves: true }]', { tags: [{ name: 'stable', moves: true }] }],
    ['tags: []', { tags: [] }],
    ['pullRequest: { group: image }', { grouping: { kind: 'image' } }],
    ['pullRequest: { group: { g: [api] } }', { grouping: { kind: 'named', groups: { g: ['api'] } } }],
    ['gates: { approval: { by: stated } }', { gates: { approval: { by: 'stated', count: 1, users: [] } } }],
    [
      'gates: { approval: { by: stated, count: 2, users: [a, b] } }',
      { gates: { approval: { by: 'stated', count: 2, users: ['a', 'b'] } } },
    ],
    ['signing: { key: env://KEY }', { signing: { by: { kind: 'key', key: 'env://KEY' }, trusted: [] } }],
    [
      'signing: { key: a.key, publicKey: a.pub, trusted: [b.pub], formats: [bundle] }',
      {
        signing: {
          by: { kind: 'key', key: 'a.key', publicKey: 'a.pub' },
          trusted: [{ kind: 'key', key: 'b.pub' }],
        },
      },
    ],
    ['deployments: { branch: live, forge: git }', { deployment: { branch: 'live' } }],
  ])('means by %s what it says', (written, meaning) => {
    expect(environmentNamed(parse({ prod: written }), 'prod')).toMatchObject(meaning);
  });

  it.each([
    ['ghcr.io/acme/', [{ push: 'ghcr.io/acme', pull: 'ghcr.io/acme', files: [] }]],
    ['{ push: a.io/x, pull: b.io/x }', [{ push: 'a.io/x', pull: 'b.io/x', files: [] }]],
    [
      '[{ push: a.io/x, files: ["eu/**"] }, { push: "oci:./x" }]',
      [
        { push: 'a.io/x', pull: 'a.io/x', files: ['eu/**'] },
        { push: 'oci:./x', pull: 'oci:./x', files: [] },
      ],
    ],
  ])('takes the registry %s', (registry, registries) => {
    const text = fileWith({}).replace('ghcr.io/acme/prod', registry);
    expect(environmentNamed(parseEnvironments(text, 'e.yaml'), 'prod').registries).toEqual(registries);
  });

  it("gives an environment the file's signing unless it has its own", () => {
    const { environments } = parse({
      dev: 'signing: { key: dev.key }',
      more: 'signing: { key: shared.key }',
    });
    expect(environments.map(({ signing }) => signing?.by)).toMatchObject([
      { key: 'dev.key' },
      { key: 'shared.key' },
    ]);
  });

  it.each([
    ['branch: live', { repository: 'https://git.acme.com/all', branch: 'live' }],
    ['repository: https://git.acme.com/own', { repository: 'https://git.acme.com/own' }],
  ])('keeps of the shared deployments what { %s } leaves', (own, deployment) => {
    const more = 'deployments: { repository: https://git.acme.com/all, branch: main }';
    const parsed = parse({ prod: `deployments: { ${own} }`, more });
    expect(environmentNamed(parsed, 'prod').deployment).toEqual(deployment);
    expect(environmentNamed(parsed, 'dev').deployment).toEqual({
      repository: 'https://git.acme.com/all',
      branch: 'main',
    });
  });

  it('reads YAML anchors, CRLF and a byte order mark', () => {
    const text = fileWith({ dev: 'tags: &tags ["{tag}-x"]', prod: 'tags: *tags' });
    const parsed = parseEnvironments(`\uFEFF${text.replaceAll('\n', '\r\n')}`, 'environments.yaml');
    expect(environmentNamed(parsed, 'prod').tags).toEqual([{ name: '{tag}-x', moves: false }]);
  });

  it('completes the short names of Docker Hub in sources', () => {
    expect(parse({ images: '{ api: { source: acme/api } }' }).images[0]?.source).toBe('docker.io/acme/api');
  });
});
