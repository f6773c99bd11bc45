import { describe, expect, it } from 'vitest';
import { imagePolicyHash, type KeyIds, policyHash, publicKeysOf } from '../../src/environments/hash.ts';
import { environmentNamed } from '../../src/environments/locate.ts';
import { parseEnvironments } from '../../src/environments/parse.ts';
import { environmentsJsonSchema } from '../../src/environments/schema/json-schema.ts';
import { trustedRootsOf } from '../../src/environments/trusted-roots.ts';
import { digestOf } from '../../src/oci/digest.ts';
import { trustedRootDigest } from '../../src/signing/trusted-root-digest.ts';
import { fileWith } from './problems.ts';

const WHO = '{ identity: me, issuer: "https://a.io" }';

type Parts = Parameters<typeof fileWith>[0];

const BASE: Parts = { images: '{ api: {}, web: {} }' };

/** The hash for a group that `api` alone is a member of. */
function hashOf(text: string, keys: KeyIds = new Map(), group = 'all'): string {
  const environments = parseEnvironments(text, 'environments.yaml');
  const prod = environmentNamed(environments, 'prod');
  return policyHash(prod, keys, group) + imagePolicyHash(environments, prod, keys, 'api');
}

const QA = '  qa: { from: dev, registry: ghcr.io/acme/qa, files: ["qa/**"] }';

const SIGNED: Parts = {
  ...BASE,
  dev: 'signing: { key: a.key }',
};

/** What is written otherwise, by the key that it is a change of, and whether that voids what was approved before. */
const CHANGES: readonly (readonly [key: string, parts: Parts | string, isVoid: boolean])[] = [
  ['images: one more', { images: '{ api: {}, web: {}, worker: {} }' }, false],
  ['images: another one’s source', { images: '{ api: {}, web: { source: a.io/web } }' }, false],
  ['images.source', { images: '{ api: { source: a.io/api }, web: {} }' }, true],
  ['images.repositoryUrl', { images: '{ api: { repositoryUrl: https://a.io/b/c }, web: {} }' }, false],
  ['images.repository', { images: '{ api: { repository: team/api }, web: {} }' }, true],
  ['images.pins', { images: '{ api: { pins: [{ files: a, path: b, kind: tag }] }, web: {} }' }, true],
  ['registry', fileWith(BASE).replace('acme/prod', 'acme/other'), true],
  ['files', fileWith(BASE).replace('["prod/**"]', '["prod/**", "more/**"]'), false],
  ['files: a place', fileWith(BASE).replace('["prod/**"]', '[{ path: "prod/**", at: a }]'), false],
  ['deployments: recorded', { ...BASE, prod: 'deployments: true' }, false],
  ['deployments: with a link', { ...BASE, prod: 'deployments: { record: { url: https://a.io } }' }, false],
  ['commit', { ...BASE, prod: 'commit: direct' }, true],
  ['commits', { ...BASE, prod: 'commits: { signOff: true, branch: "x/{environment}/{group}" }' }, false],
  ['tags', { ...BASE, prod: 'tags: ["v{tag}"]' }, true],
  ['tags: one that moves', { ...BASE, prod: 'tags: ["{tag}", { name: live, moves: true }]' }, true],
  ['pullRequest.group', { ...BASE, prod: 'pullRequest: { group: image }' }, true],
  ['pullRequest.group: its own', { ...BASE, prod: 'pullRequest: { group: { all: [api, web] } }' }, true],
  ['pullRequest.merge', { ...BASE, prod: 'pullRequest: { merge: automatic }' }, true],
  ['pullRequest.supersede', { ...BASE, prod: 'pullRequest: { supersede: always }' }, false],
  ['pullRequest.labels', { ...BASE, prod: 'pullRequest: { labels: [x] }' }, false],
  ['pullRequest.stateLabels', { ...BASE, prod: 'pullRequest: { stateLabels: true }' }, false],
  ['pullRequest.reviewers', { ...BASE, prod: 'pullRequest: { reviewers: [x] }' }, false],
  ['pullRequest.assignees', { ...BASE, prod: 'pullRequest: { assignees: [x] }' }, false],
  ['pullRequest.draft', { ...BASE, prod: 'pullRequest: { draft: true }' }, false],
  ['pullRequest.title', { ...BASE, prod: 'pullRequest: { title: x }' }, false],
  ['gates.approval', { ...BASE, prod: 'gates: { approval: { by: stated } }' }, true],
  ['gates.approval by comment', { ...BASE, prod: 'gates: { approval: { by: comment } }' }, true],
  ['gates.freeze', { ...BASE, prod: 'gates: { freeze: [{ cron: "0 0 1 1 *", for: 1d }] }' }, true],
  [
    'gates.freeze: one of the file',
    {
      ...BASE,
      prod: 'gates: { freeze: [night] }',
      more: 'freezes: { night: { cron: "0 0 1 1 *", for: 1d } }',
    },
    true,
  ],
  [
    'freezes: one that is not named',
    { ...BASE, more: 'freezes: { night: { cron: "0 0 1 1 *", for: 1d } }' },
    false,
  ],
  ['gates.soak', { ...BASE, prod: 'gates: { soak: 1h }' }, true],
  ['gates.checks', { ...BASE, prod: 'gates: { checks: [{ status: a }] }' }, true],
  [
    'gates.checks: for another image',
    { ...BASE, prod: 'gates: { checks: [{ status: a, images: [web] }] }' },
    false,
  ],
  [
    'gates.checks: for the image',
    { ...BASE, prod: 'gates: { checks: [{ status: a, images: [api] }] }' },
    true,
  ],
  ['gates.version', { ...BASE, prod: 'gates: { version: "^1" }' }, true],
  ['gates.provenance', { ...BASE, prod: 'gates: { provenance: { key: a.pub, builder: x } }' }, true],
  [
    'gates.provenance: for another image',
    { ...BASE, prod: 'gates: { provenance: { key: a.pub, builder: x, images: [web] } }' },
    false,
  ],
  [
    'gates.provenance: for the image',
    { ...BASE, prod: 'gates: { provenance: { key: a.pub, builder: x, images: [api] } }' },
    true,
  ],
  ['gates.signature', { ...BASE, prod: 'gates: { signature: { key: a.pub } }' }, true],
  [
    'gates.signature: for another image',
    { ...BASE, prod: 'gates: { signature: [{ key: a.pub, images: [web] }] }' },
    false,
  ],
  [
    'gates.signature: for the image',
    { ...BASE, prod: 'gates: { signature: [{ key: a.pub, images: [api] }] }' },
    true,
  ],
  [
    'gates.vulnerabilities',
    { ...BASE, prod: 'gates: { vulnerabilities: { max: low, signers: { key: a.pub } } }' },
    true,
  ],
  ['exclude', { ...BASE, prod: 'exclude: ["prod/old/**"]' }, false],
  ['rollback.approval', { ...BASE, prod: 'rollback: { approval: { by: stated } }' }, true],
  ['signing', { ...BASE, more: 'signing: { key: a.key }' }, true],
  ['deployments.branch: the plan names it', { ...BASE, more: 'deployments: { branch: live }' }, false],
  ['another environment', { ...BASE, dev: 'commit: direct' }, false],
  [
    'from: the plan names it',
    fileWith({ ...BASE, more: QA }).replace('prod: { from: dev', 'prod: { from: qa'),
    false,
  ],
  ['backup', { ...BASE, prod: 'backup: a.io/backup' }, true],
  ['pin', { ...BASE, prod: 'pin: repository' }, true],
  ['addImages', { ...BASE, prod: 'addImages: true' }, false],
  ['images.pin', { images: '{ api: { pin: repository }, web: {} }' }, true],
  ['pullRequest.body', { ...BASE, prod: 'pullRequest: { body: "{content}" }' }, false],
  ['pullRequest.notes', { ...BASE, prod: 'pullRequest: { notes: x }' }, false],
  ['gates.predecessor', { ...SIGNED, prod: 'gates: { predecessor: { record: required } }' }, true],
  ['rollback.gates', { ...BASE, prod: 'gates: { soak: 1h }, rollback: { gates: [soak] }' }, true],
  ['refresh', { ...BASE, more: 'refresh: {}' }, false],
  [
    'mirrors',
    { ...BASE, more: 'mirrors: [{ name: node, from: docker.io/library/node, to: a.io/node, tags: ["22"] }]' },
    false,
  ],
  ['hosts', { ...BASE, more: 'hosts: { a.io: { requests: 4 } }' }, false],
  ['notifications', { ...BASE, more: 'notifications: [{ to: slack, url: env://A }]' }, false],
];

/** The keys that the file may have, as `images.source`, `gates.soak` and `hosts`. */
function keysOfFile(): readonly string[] {
  const file = environmentsJsonSchema();
  const keysAt = (...path: readonly string[]): readonly string[] => {
    const found = path.reduce<unknown>((at, key) => Object(resolve(at))[key], file);
    return Object.keys(Object(Object(resolve(found)).properties));
  };
  const resolve = (node: unknown): unknown => {
    const { $ref, allOf, anyOf } = Object(node);
    if (typeof $ref === 'string')
      return resolve(Object(Object(file).definitions)[$ref.split('/').at(-1) ?? '']);
    return allOf?.[0] === undefined
      ? (anyOf?.find((one: unknown) => Object(one).type === 'object') ?? node)
      : resolve(allOf[0]);
  };
  const environment = ['properties', 'environments', 'additionalProperties', 'properties'];
  const image = ['properties', 'images', 'additionalProperties'];
  return [
    ...keysAt(),
    ...keysAt(...environment.slice(0, -1)),
    ...keysAt(...image).map(key => `images.${key}`),
    ...['gates', 'pullRequest', 'rollback'].flatMap(key =>
      keysAt(...environment, key).map(own => `${key}.${own}`),
    ),
  ];
}

/** Tested apart, or no matter of one key. */
const APART = ['version', 'images', 'environments', 'pullRequest.method', 'pullRequest.deleteBranch'];

describe('the hash of what decides about a group', () => {
  it.each<[string, string]>([
    ['comments and blank lines', `# why\n\n${fileWith(BASE)}\n# end\n`],
    ['the order of images', fileWith({ images: '{ web: {}, api: {} }' })],
    ['defaults spelt out', fileWith({ ...BASE, prod: 'commit: pull-request, tags: ["{tag}"]' })],
    ['quotes', fileWith(BASE).replace('ghcr.io/acme/prod', '"ghcr.io/acme/prod"')],
  ])('ignores %s', (_, text) => {
    expect(hashOf(text)).toBe(hashOf(fileWith(BASE)));
  });

  it.each(CHANGES)('%s', (_, parts, isVoid) => {
    const text = typeof parts === 'string' ? parts : fileWith(parts);
    expect(hashOf(text) !== hashOf(fileWith(BASE))).toBe(isVoid);
  });

  it('is known of every key of the file', () => {
    const keys = keysOfFile();
    expect(keys.length).toBeGreaterThan(40);
    const told = new Set(CHANGES.map(([key]) => /^[\w.]+/.exec(key)?.[0]));
    const covers = (key: string) =>
      told.has(key) || [...told].some(one => one?.startsWith(`${key}.`)) || APART.includes(key);
    expect(keys.filter(key => !covers(key))).toEqual([]);
  });

  it('holds the members of a named group, and of no other', () => {
    const named = (groups: string) =>
      hashOf(fileWith({ ...BASE, prod: `pullRequest: { group: ${groups} }` }), new Map(), 'shop');
    expect(named('{ shop: [api], other: [web] }')).toBe(named('{ shop: [api] }'));
    expect(named('{ shop: [api, web] }')).not.toBe(named('{ shop: [api] }'));
  });

  describe.each<[string, (path: string) => string]>([
    ['an accepted key', path => `gates: { signature: { key: ${path} } }`],
    ['a key of provenance', path => `gates: { provenance: { key: ${path}, builder: x } }`],
    ["a scanner's key", path => `gates: { vulnerabilities: { max: low, signers: { key: ${path} } } }`],
    [
      'a key of VEX',
      path =>
        `gates: { vulnerabilities: { max: low, signers: { keyless: { identity: a, issuer: "https://a" } }, vex: { signers: { key: ${path} } } } }`,
    ],
    ['a key of test results', path => `gates: { checks: [{ test: a, signers: { key: ${path} } }] }`],
    ['our own key', path => `signing: { key: own.key, publicKey: ${path} }`],
    ['a key of before', path => `signing: { key: own.key, trusted: [${path}] }`],
  ])('holds what %s is', (_, settings) => {
    const withKey = (path: string, content: string) => {
      const text = fileWith({ ...BASE, prod: settings(path) });
      const environments = parseEnvironments(text, 'environments.yaml');
      const keys = publicKeysOf(environmentNamed(environments, 'prod'));
      expect(keys).toEqual([path]);
      return hashOf(text, new Map(keys.map(key => [key, digestOf(content)])));
    };

    it('and not where it is', () => {
      expect(withKey('b.pub', 'one')).toBe(withKey('a.pub', 'one'));
      expect(withKey('a.pub', 'two')).not.toBe(withKey('a.pub', 'one'));
    });
  });

  describe.each<[string, (root: string) => string]>([
    ['an accepted identity', root => `gates: { signature: { keyless: ${WHO}, trustedRoot: ${root} } }`],
    [
      'an identity of one image',
      root => `gates: { signature: { keyless: ${WHO}, trustedRoot: ${root}, images: [api] } }`,
    ],
    ['provenance', root => `gates: { provenance: { keyless: ${WHO}, trustedRoot: ${root}, builder: x } }`],
    [
      'a scanner',
      root => `gates: { vulnerabilities: { max: low, signers: { keyless: ${WHO}, trustedRoot: ${root} } } }`,
    ],
    [
      'test results',
      root => `gates: { checks: [{ test: a, signers: { keyless: ${WHO}, trustedRoot: ${root} } }] }`,
    ],
    [
      'whoever approves',
      root =>
        `gates: { approval: { by: signature, signers: [{ name: a, identities: [${WHO}], trustedRoot: ${root} }] } }`,
    ],
    [
      'whoever approves a rollback',
      root =>
        `rollback: { approval: { by: signature, signers: [{ name: a, identities: [${WHO}], trustedRoot: ${root} }] } }`,
    ],
    ['our own', root => `signing: { keyless: ${WHO}, trustedRoot: ${root} }`],
  ])('holds what the trusted root of %s says', (_, settings) => {
    const withRoot = (path: string, content: string) => {
      const text = fileWith({ ...BASE, prod: settings(path) });
      const roots = trustedRootsOf(environmentNamed(parseEnvironments(text, 'environments.yaml'), 'prod'));
      expect(roots).toEqual([path]);
      return hashOf(text, new Map(roots.map(root => [root, trustedRootDigest(content, root)])));
    };

    it('and not where it is, or how it is written', () => {
      expect(withRoot('b.json', '{ "a": 1, "b": 2 }')).toBe(withRoot('a.json', '{"b":2,"a":1}'));
      expect(withRoot('a.json', '{"a":2}')).not.toBe(withRoot('a.json', '{"a":1}'));
    });
  });

  it('holds the exceptions that are for an image, or for all, and no place of a list', () => {
    const scanned = (more: string) =>
      hashOf(
        fileWith({
          ...BASE,
          prod: `gates: { vulnerabilities: { max: low, signers: { key: a.pub }, kev: deny, data: { kev: a.json${more}`,
        }),
      );
    const exception = (image: string) =>
      ` }, except: [{ id: CVE-2026-1, ${image}until: 2026-12-31, reason: r, owner: o }] } }`;
    const plain = scanned(' } } }');
    expect(scanned(', vex: [b.json] } } }')).toBe(plain);
    expect(scanned(exception('image: web, '))).toBe(plain);
    expect(scanned(exception('image: api, '))).not.toBe(plain);
    expect(scanned(exception(''))).not.toBe(plain);
  });

  it('distinguishes a named public key from the private one that it belongs to', () => {
    const text = (key: string) => fileWith({ ...BASE, more: `signing: { key: ${key}, publicKey: a.pub }` });
    const keys = new Map([['a.pub', digestOf('one')]]);
    expect(hashOf(text('b.key'), keys)).toBe(hashOf(text('a.key'), keys));
    expect(hashOf(text('b.key'))).not.toBe(hashOf(text('a.key')));
  });

  it('holds that promote merges, and not how', () => {
    const merging = (how: string) =>
      hashOf(fileWith({ ...BASE, prod: `pullRequest: { merge: automatic${how} }` }));
    expect(merging(', deleteBranch: true')).toBe(merging(''));
    expect(merging(', method: squash')).toBe(merging(''));
  });

  it('is a digest', () => {
    expect(hashOf(fileWith(BASE))).toMatch(/^(sha256:[0-9a-f]{64}){2}$/);
  });
});
