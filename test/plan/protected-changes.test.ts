import { describe, expect, it } from 'vitest';
import type { Environment, Environments } from '../../src/environments/environments.ts';
import { HOLDS_FILE } from '../../src/environments/holds/holds.ts';
import { protectedChanges, protectedPaths } from '../../src/plan/protected-changes.ts';
import type { CommitContent } from '../../src/plan/protected-places.ts';
import { digestNamed, environment, environments } from '../fixtures/candidates.ts';

const APPROVAL = { by: 'review', count: 1, users: [], teams: [] } as const;
const QA = environment({ gates: { approval: APPROVAL }, files: ['qa/**'] });
const WORLD = environments(QA);

const PIN = 'image: registry.example/qa/api:1.0.0\n';
const COMPOSE = `services: { api: { image: "registry.example/qa/api:\${TAG:-1.0.0}" } }\n`;
const CHART = 'apiVersion: v2\nname: shop\nversion: 1.0.0\n';
const RELATIVE = 'api:\n  image:\n    repository: qa/api\n    tag: "1.0.0"\n';
const SAME = { 'qa/a.yaml': PIN, 'dev/a.yaml': PIN, 'README.md': 'a' };
const BY_TAG: Environments = {
  ...WORLD,
  images: [
    {
      name: 'api',
      repository: 'api',
      pin: 'tag',
      pins: [{ files: 'qa/*', path: 'env.VERSION', kind: 'version' }],
    },
  ],
};
const registryOf = (host: string) => `global:\n  imageRegistry: ${host}\n`;
const HELD = `- { environment: qa, image: api, digest: "${digestNamed('bad')}", reason: broken, by: alice, since: 2026-11-21T09:00:00Z }\n`;

const LIFTED = HELD.replace(' }', ', lifted: { by: bob, since: 2026-11-22T09:00:00Z } }');
const BASE64 = Buffer.from('registry.example/qa/api:9').toString('base64');
const argument = (name: string) =>
  `containers: [{ name: one }, { name: two }, { name: ${name}, args: ["--run=registry.example/qa/api:1"] }]\n`;

describe('what a change does to a gated environment', () => {
  it.each<[string, Files, Files, readonly string[]]>([
    ['nothing', { 'qa/a.yaml': PIN }, { 'qa/a.yaml': `# a note\n${PIN}` }, []],
    ['a file of nobody', { 'README.md': 'a' }, { 'README.md': PIN }, []],
    ['an ungated environment', { 'dev/a.yaml': PIN }, { 'dev/a.yaml': PIN.replace('1.0.0', '2.0.0') }, []],
    ['another setting', { 'qa/a.yaml': PIN }, { 'qa/a.yaml': `${PIN}replicas: 2\n` }, []],
    ['a moved pin', { 'qa/a.yaml': PIN }, { 'qa/a.yaml': PIN.replace('1.0.0', '2.0.0') }, ['pin', 'pin']],
    ['a new pin', { 'qa/a.yaml': '' }, { 'qa/a.yaml': PIN }, ['pin']],
    ['a pin that goes', { 'qa/a.yaml': PIN }, { 'qa/a.yaml': '' }, ['pin']],
    ['a pin at another key', { 'qa/a.yaml': PIN }, { 'qa/a.yaml': `sidecar:\n  ${PIN}` }, ['pin', 'pin']],
    ['a renamed file', { 'qa/a.yaml': PIN }, { 'qa/b.yaml': PIN }, ['pin', 'pin']],
    ['a file that is moved in', { 'old/a.yaml': PIN }, { 'qa/a.yaml': PIN }, ['pin']],
    ['a hidden file', {}, { 'qa/x/y.yaml': PIN }, ['pin']],
    ['an escaped key', {}, { 'qa/a.yaml': '"im\\x61ge": registry.example/qa/api:9\n' }, ['pin']],
    ['an escaped repository', {}, { 'qa/a.yaml': 'image: "registry.example/qa\\x2fapi:9"\n' }, ['pin']],
    [
      'an ignore comment',
      { 'qa/a.yaml': PIN },
      { 'qa/a.yaml': `# promote: ignore pinned by hand\n${PIN}` },
      ['pin', 'ignored'],
    ],
    [
      'an ignored reference that moves',
      { 'qa/a.yaml': `# promote: ignore by hand\n${PIN}` },
      { 'qa/a.yaml': `# promote: ignore by hand\n${PIN.replace('1.0.0', '2.0.0')}` },
      ['ignored', 'ignored'],
    ],
    [
      'a mention in an argument',
      { 'qa/a.yaml': 'args: [--image=registry.example/qa/api:1]\n' },
      { 'qa/a.yaml': 'args: [--image=registry.example/qa/api:2]\n' },
      ['mention', 'mention'],
    ],
    [
      'a file that cannot be read',
      { 'qa/a.yaml': PIN },
      { 'qa/a.yaml': 'image: [registry.example/qa/api:2\n' },
      ['file'],
    ],
    ['a symbolic link', {}, { 'qa/a.yaml': { mode: '120000', text: '../dev/a.yaml' } }, ['file']],
    ['a directory that is a link', {}, { qa: { mode: '120000', text: 'dev' } }, ['file']],
    ['a submodule', {}, { 'qa/charts': { mode: '160000', text: 'commit' } }, ['file']],
    ['a link elsewhere', {}, { docs: { mode: '120000', text: 'README.md' } }, []],
    ['a new hold', {}, { [HOLDS_FILE]: HELD }, ['hold']],
    ['a hold that goes', { [HOLDS_FILE]: HELD }, {}, ['hold']],
    ["another environment's hold", {}, { [HOLDS_FILE]: HELD.replace('qa', 'dev') }, []],
    ['holds that cannot be read', { [HOLDS_FILE]: HELD }, { [HOLDS_FILE]: '- {' }, ['hold']],
    [
      'a variable that compose reads',
      { 'qa/compose.yaml': COMPOSE, 'qa/.env': 'TAG=1.0.0\n' },
      { 'qa/compose.yaml': COMPOSE, 'qa/.env': 'TAG=2.0.0\n' },
      ['mention', 'mention'],
    ],
    [
      'a registry that another file of the chart gives',
      {
        'qa/Chart.yaml': CHART,
        'qa/values.yaml': RELATIVE,
        'qa/global.yaml': registryOf('elsewhere.example'),
      },
      {
        'qa/Chart.yaml': CHART,
        'qa/values.yaml': RELATIVE,
        'qa/global.yaml': registryOf('registry.example'),
      },
      ['mention', 'pin'],
    ],
    [
      'an argument of another container',
      { 'qa/a.yaml': argument('one') },
      { 'qa/a.yaml': argument('two') },
      ['mention', 'mention'],
    ],
    ['an image in base64', {}, { 'qa/a.yaml': `image: !!binary ${BASE64}\n` }, ['pin']],
    [
      'an image in base64 under another tag',
      {},
      { 'qa/a.yaml': `%TAG !b! tag:yaml.org,2002:bin\n---\nimage: !b!ary ${BASE64}\n` },
      ['pin'],
    ],
    ['other data in base64', {}, { 'qa/a.yaml': 'image: !!binary aGVsbG8=\n' }, []],
    [
      'holds that are too large',
      { [HOLDS_FILE]: HELD },
      { [HOLDS_FILE]: `${HELD}${'#'.repeat(2 ** 20)}` },
      ['hold'],
    ],
    [
      'one of two entries of a hold',
      { [HOLDS_FILE]: `${HELD}${LIFTED}` },
      { [HOLDS_FILE]: LIFTED },
      ['hold'],
    ],
    ['the entry of a release that goes', { [HOLDS_FILE]: LIFTED }, { [HOLDS_FILE]: '' }, ['hold']],
    ['a hold that is released', { [HOLDS_FILE]: HELD }, { [HOLDS_FILE]: LIFTED }, ['hold']],
    ['binary content', {}, { 'qa/a.yaml': { mode: '100644', text: undefined } }, ['file']],
  ])('%s', (_, before, after, kinds) => {
    const changes = protectedChanges(WORLD, [QA], commit(before), commit(after));
    expect(changes.map(({ kind }) => kind)).toEqual(kinds);
  });

  it.each<[string, string, string, readonly string[]]>([
    ['another environment’s part', 'dev/api:1', 'dev/api:2', []],
    ['its own part', 'qa/api:1', 'qa/api:2', ['api 1 is removed', 'api 2 is added']],
    ['an element before its own', 'a:', 'a:\n  - { env: x }', []],
    [
      'the name of its part',
      'env: qa',
      'env: qa2',
      ['api 1 is removed', 'registry.example/qa/api:1 is added'],
    ],
    ['what both share', '# end', 'b: [x registry.example/qa/api:1]', ['registry.example/qa/api:1 is added']],
  ])('of a shared file concerns it where it changes %s', (_, old, now, expected) => {
    const text = `a:\n  - env: dev\n    image: registry.example/dev/api:1\n  - env: qa\n    image: registry.example/qa/api:1\n# end\n`;
    const placed = (name: string, known: Environment) => ({
      ...known,
      files: ['all.yaml'],
      places: [{ path: 'all.yaml', at: `a[env=${name}]` }],
    });
    const world = {
      ...WORLD,
      environments: WORLD.environments.map(known => placed(known.name, known)),
    };
    const changes = protectedChanges(
      world,
      world.environments,
      commit({ 'all.yaml': text }),
      commit({ 'all.yaml': text.replace(old, now) }),
    );
    expect(changes.map(({ what }) => what)).toEqual(expected);
  });

  it.each([
    ['another tag', '1.0.0\n', '2.0.0\n', ['pin', 'pin']],
    ['another version beside it', 'VERSION: 1.0.0', 'VERSION: 2.0.0', ['pin', 'pin']],
    ['a digest behind the tag', '1.0.0\n', `1.0.0@${digestNamed('a')}\n`, ['pin', 'pin']],
  ])('of a pin by its tag concerns it where it gets %s', (_, old, now, kinds) => {
    const text = `${PIN}env: { VERSION: 1.0.0 }\n`;
    const [before, after] = [text, text.replace(old, now)].map(written => commit({ 'qa/a.yaml': written }));
    const changes = before && after ? protectedChanges(BY_TAG, [QA], before, after) : [];
    expect(changes.map(({ kind }) => kind)).toEqual(kinds);
  });

  it('asks for all that decides together where one of it differs, and for nothing else', () => {
    const before = commit({ 'qa/a.yaml': PIN, 'qa/same.yaml': PIN, 'dev/a.yaml': PIN, 'README.md': 'a' });
    const after = commit({ 'qa/a.yaml': '', 'qa/same.yaml': PIN, 'dev/a.yaml': '', 'README.md': 'b' });
    expect(protectedPaths(WORLD.environments, before.tree, after.tree)).toEqual([
      'qa/a.yaml',
      'qa/same.yaml',
    ]);
    const elsewhere = commit({ ...SAME, 'dev/a.yaml': '', 'README.md': 'b' });
    expect(protectedPaths(WORLD.environments, commit(SAME).tree, elsewhere.tree)).toEqual([]);
  });
});

type Files = Readonly<Record<string, string | { readonly mode: string; readonly text: string | undefined }>>;

function commit(files: Files): CommitContent {
  const entries = Object.entries(files).map(([path, file]) => {
    const { mode, text } = typeof file === 'string' ? { mode: '100644', text: file } : file;
    return { path, text, entry: `${mode} ${digestNamed(text ?? 'binary')}` };
  });
  return {
    tree: new Map(entries.map(({ path, entry }) => [path, entry])),
    texts: new Map(entries.flatMap(({ path, text }) => (text === undefined ? [] : [[path, text] as const]))),
  };
}
