import { describe, expect, it } from 'vitest';
import { fileWith, marked, problemsOf } from '../problems.ts';

type Parts = Parameters<typeof fileWith>[0];

const IMAGES = '{ api: {}, web: {} }';

/** What two keys together make wrong, and what the carets stand under. */
const WRONG: readonly (readonly [string, Parts, readonly string[]])[] = [
  [
    'a predecessor that does not exist',
    { more: '  live: { from: prd, registry: a.io/x, files: [x] }' },
    ['prd'],
  ],
  [
    'an environment that takes from itself',
    { more: '  a: { from: a, registry: a.io/x, files: [x] }' },
    ['a'],
  ],
  [
    'a circle, once',
    {
      more: [
        '  a: { from: c, registry: a.io/a, files: [a] }',
        '  b: { from: a, registry: a.io/b, files: [b] }',
        '  c: { from: b, registry: a.io/c, files: [c] }',
        '  d: { from: c, registry: a.io/d, files: [d] }',
      ].join('\n'),
    },
    ['c'],
  ],
  [
    'evidence among the images, once',
    { more: 'signing: { key: k, repository: ghcr.io/acme/prod/api }' },
    ['ghcr.io/acme/prod/api'],
  ],
  [
    'evidence of one repository in two places',
    {
      prod: 'signing: { key: k, repository: ghcr.io/acme/evidence }',
      more: '  live: { from: prod, registry: ghcr.io/acme/prod, files: ["live/**"], signing: { key: k } }',
    },
    ['signing'],
  ],
  [
    'one of several predecessors that does not exist, is named twice, or is a build',
    {
      more: [
        '  a: { from: [prod, prd], registry: a.io/a, files: [a] }',
        '  b: { from: { any: [prod, prod] }, registry: a.io/b, files: [b] }',
        '  c: { from: { all: [prod, build] }, registry: a.io/c, files: [c] }',
      ].join('\n'),
    },
    ['prd', 'prod', 'build'],
  ],
  [
    'a circle through one of several',
    {
      more: [
        '  a: { from: [prod, b], registry: a.io/a, files: [a] }',
        '  b: { from: { any: [a] }, registry: a.io/b, files: [b] }',
      ].join('\n'),
    },
    ['from'],
  ],
  ['a certificate without its key', { more: 'hosts: { a.io: { certificate: c.pem } }' }, ['certificate']],
  ['a key without its certificate', { more: 'hosts: { a.io: { key: env://K } }' }, ['key']],
  ['authorities for plain HTTP', { more: 'hosts: { a.io: { insecure: true, ca: c.pem } }' }, ['ca']],
  ['a mirror of itself', { more: 'hosts: { a.io: { mirrors: [m.io, A.io] } }' }, ['A.io']],
  ['a mirror with a scheme', { more: 'hosts: { a.io: { mirrors: ["https://m.io"] } }' }, ['"https://m.io"']],
  ['a mirror on disk', { more: 'hosts: { a.io: { mirrors: [oci:mirror] } }' }, ['oci:mirror']],
  ['a mirror without a host', { more: 'hosts: { a.io: { mirrors: [mirror] } }' }, ['mirror']],
  [
    'one host twice',
    { more: 'hosts: { docker.io: { requests: 2 }, index.docker.io: { requests: 3 } }' },
    ['docker.io', 'index.docker.io'],
  ],
  [
    'a backup where its environment pushes or pulls',
    {
      more: [
        '  a: { from: build, registry: b.io/a, backup: b.io/a, files: [a] }',
        '  b: { from: build, registry: [{ push: b.io/b, pull: c.io/b }], backup: c.io/b, files: [b] }',
      ].join('\n'),
    },
    ['b.io/a', 'c.io/b'],
  ],
  ['one repository for two images', { images: '{ api: {}, web: { repository: api } }' }, ['web']],
  ['one source for two images', { images: '{ api: { source: a.io/x }, web: { source: a.io/x } }' }, ['web']],
  [
    "a source that is another image's target",
    { images: '{ api: {}, web: { source: ghcr.io/acme/prod/api } }' },
    ['web'],
  ],
  [
    'a digest written by its tag alone',
    { images: '{ api: { pins: [{ files: "x/*", path: d, kind: digest, pin: tag }] } }' },
    ['tag'],
  ],
  [
    "a place that does not fit its image's pin",
    { images: '{ api: { pin: version, pins: [{ files: "x/*", path: t, kind: tag }] } }' },
    ['tag'],
  ],
  [
    'a place that does not fit the pin of an environment that it is in',
    {
      images: '{ api: { pins: [{ files: "prod/*/values.yaml", path: d, kind: digest }] } }',
      prod: 'pin: tag',
      dev: 'pin: digest',
    },
    ['digest'],
  ],
  [
    'one glob for two environments',
    { more: '  a: { from: prod, registry: a.io/a, files: ["prod/**"] }' },
    ['"prod/**"'],
  ],
  [
    'one place in a file for two environments',
    {
      more: [
        '  a: { from: prod, registry: a.io/a, files: [{ path: x, at: a }] }',
        '  b: { from: prod, registry: a.io/b, files: [{ path: x, at: b }] }',
        '  c: { from: prod, registry: a.io/c, files: [{ path: x, at: a }] }',
      ].join('\n'),
    },
    ['{ path: x, at: a }'],
  ],
  [
    'a file that one environment claims whole and another in part',
    { more: '  a: { from: prod, registry: a.io/a, files: [{ path: "prod/**", at: a }] }' },
    ['{ path: "prod/**", at: a }'],
  ],
  [
    'files that are all left out',
    { more: '  a: { from: prod, registry: a.io/a, files: ["!a/**"] }' },
    ['files'],
  ],
  ['braces that stand for too many files', { prod: 'exclude: ["a{1..2000}"]' }, ['"a{1..2000}"']],
  [
    'one place that pins two images',
    {
      images:
        '{ api: { pins: [{ files: v, path: tag, kind: tag }] }, web: { pins: [{ files: v, path: tag, kind: tag }] } }',
    },
    ['tag'],
  ],
  ['a group with an unknown image', { prod: 'pullRequest: { group: { shop: [apo] } }' }, ['apo']],
  ['an image in two groups', { prod: 'pullRequest: { group: { a: [api], b: [api] } }' }, ['api']],
  ['an image twice in a group', { prod: 'pullRequest: { group: { a: [api, api] } }' }, ['api']],
  [
    "a group under a lone image's name",
    { images: IMAGES, prod: 'pullRequest: { group: { web: [api] } }' },
    ['web'],
  ],
  ['an unknown placeholder', { prod: 'tags: ["{tga}"]' }, ['"{tga}"']],
  ['a template that gives no tag', { prod: 'tags: ["-{tag}", "{tag}/x"]' }, ['"-{tag}"', '"{tag}/x"']],
  [
    'a tag that would have to move',
    { prod: 'tags: [stable, "{environment}"]' },
    ['stable', '"{environment}"'],
  ],
  [
    'a tag listed twice',
    { prod: 'tags: ["{tag}", { name: "{tag}", moves: true }]' },
    ['{ name: "{tag}", moves: true }'],
  ],
  [
    'more approvals than approvers',
    { prod: 'gates: { approval: { by: stated, count: 2, users: [a, A] } }' },
    ['2'],
  ],
  ['a team for what is only stated', { prod: 'gates: { approval: { by: stated, teams: [a] } }' }, ['teams']],
  [
    'two approvals of a protected environment',
    { prod: 'gates: { approval: { by: environment, count: 2 } }' },
    ['2'],
  ],
  ['a draft that merges itself', { prod: 'pullRequest: { merge: automatic, draft: true }' }, ['draft']],
  ['a method of a manual merge', { prod: 'pullRequest: { method: squash }' }, ['method']],
  ['a text without what promote says', { prod: 'pullRequest: { body: "{summary}" }' }, ['"{summary}"']],
  [
    'a text of more placeholders than a body has room for',
    { prod: `pullRequest: { body: "{content}${'{images}'.repeat(20)}" }` },
    ['"{content}{images}{images}{images}{images}{images}{imag'],
  ],
  [
    'a text that ends what promote says',
    { prod: 'pullRequest: { body: "<!-- promote end: 0 x -->{content}" }' },
    ['"<!-- promote end: 0 x -->{content}"'],
  ],
  ['notes that would grow old', { prod: 'pullRequest: { notes: "{images}" }' }, ['"{images}"']],
  ['a title with an unknown placeholder', { prod: 'pullRequest: { title: "{img}" }' }, ['"{img}"']],
  [
    'a password in a URL',
    { more: 'deployments: { repository: "ssh://a:b@host/x" }' },
    ['"ssh://***@host/x"'],
  ],
  [
    'a token in a URL',
    { more: 'deployments: { repository: "https://token@host/x" }' },
    ['"https://*****@host/x"'],
  ],
];

describe('the rules between keys', () => {
  it.each(WRONG)('refuse %s', (_, parts, under) => {
    expect(problemsOf(fileWith(parts)).map(marked)).toEqual(under);
  });

  it.each([
    ['https://ghcr.io/acme', 'https://ghcr.io/acme'],
    ['ghcr.io/acme:1', 'ghcr.io/acme:1'],
    ['ghcr.io/Acme', 'ghcr.io/Acme'],
    ['"oci:./{environment}"', '"oci:./{environment}"'],
    ['"ghcr.io/{image"', '"ghcr.io/{image"'],
    ['{ push: a.io/x, pull: a.io//x }', 'registry'],
    ['[{ push: a.io/x }, { push: b.io/x }]', '{ push: b.io/x }'],
  ])('refuse the registry %s', (registry, under) => {
    const text = fileWith({ images: IMAGES }).replace('ghcr.io/acme/prod', registry);
    expect(problemsOf(text).map(marked)).toEqual([under]);
  });

  it.each<[string, Parts]>([
    [
      'environments that share a repository',
      { more: '  a: { from: prod, registry: ghcr.io/acme/prod, files: [a] }' },
    ],
    ['a source that is a target of the image', { images: '{ api: { source: ghcr.io/acme/dev/api } }' }],
    [
      'one glob on two branches',
      { more: '  a: { from: prod, registry: a.io/a, files: ["prod/**"], deployments: { branch: a } }' },
    ],
    ['a group under the name of its image', { prod: 'pullRequest: { group: { api: [api] } }' }],
    ['a constant tag that moves', { prod: 'tags: [{ name: stable, moves: true }]' }],
    ['a user in an ssh URL', { more: 'deployments: { repository: "ssh://git@github.com/acme/gitops" }' }],
    ['a scp-like URL', { more: 'deployments: { repository: "git@github.com:acme/gitops" }' }],
  ])('take %s', (_, parts) => {
    expect(problemsOf(fileWith(parts))).toEqual([]);
  });

  it('refuse approval by review of a direct commit', () => {
    const text = fileWith({ prod: 'commit: direct, gates: { approval: { by: review } }' });
    expect(problemsOf(text).map(marked)).toContain('direct');
  });
});
