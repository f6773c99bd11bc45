import { environmentsJsonSchema } from '../../src/environments/schema/json-schema.ts';
import { fileWith } from './problems.ts';

/** The parts of a file that a change is written in. */
export type Parts = Parameters<typeof fileWith>[0];

/** A file of two images. */
export const BASE: Parts = { images: '{ api: {}, web: {} }' };

const QA = '  qa: { from: dev, registry: ghcr.io/acme/qa, files: ["qa/**"] }';

const SIGNED: Parts = {
  ...BASE,
  dev: 'signing: { key: a.key }',
};

/** What is written otherwise, by the key that it is a change of, and whether that voids what was approved before. */
export const CHANGES: readonly (readonly [key: string, parts: Parts | string, isVoid: boolean])[] = [
  ['images: one more', { images: '{ api: {}, web: {}, worker: {} }' }, false],
  ['images: another one’s source', { images: '{ api: {}, web: { source: a.io/web } }' }, false],
  ['images.source', { images: '{ api: { source: a.io/api }, web: {} }' }, true],
  ['images.repositoryUrl', { images: '{ api: { repositoryUrl: https://a.io/b/c }, web: {} }' }, false],
  [
    'images.rebuild',
    { images: '{ api: { rebuild: { gitlab: a/b, ref: c } }, web: {} }', more: 'refresh: {}' },
    false,
  ],
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
  [
    'tags: of platforms',
    { ...BASE, prod: 'tags: ["{tag}", { name: "{tag}-{arch}", platforms: each }]' },
    true,
  ],
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
  ['gates.soak: running', { ...BASE, prod: 'gates: { soak: { for: 1h, running: true } }' }, true],
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
export function keysOfFile(): readonly string[] {
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
export const APART = ['version', 'images', 'environments', 'pullRequest.method', 'pullRequest.deleteBranch'];
