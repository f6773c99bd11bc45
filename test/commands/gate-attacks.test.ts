import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createReviewWorld, type ReviewWorld } from '../apply/review-world.ts';
import { describeWith } from '../servers/tools.ts';
import { ask, heldByHand, PIN } from './gate-steps.ts';

const BY_TAG = (tag: string) => `image: { repository: "oci:../production/api", tag: "${tag}" }\n`;
const ARGUMENTS = (one: string, other: string) =>
  `kind: Pod\nspec: { containers: [{ args: ["--run=oci:../production/api:${one}"] }, { args: ["--run=oci:../production/api:${other}"] }] }\n`;
const IGNORED = '# promote: ignore by hand\nimage: oci:../production/api:5\nother: {}\n';
const TWICE = `${heldByHand().trim().replace(' }', ', lifted: { by: me, since: 2026-11-22T09:00:00Z } }')}\n${heldByHand()}`;

type Files = Readonly<
  Record<string, string | Buffer | { readonly link: string } | { readonly module: string } | undefined>
>;

/** What is on the branch before, by path. */
const BEFORE = {
  'production/arguments.yaml': ARGUMENTS('1', '2'),
  'production/ignored.yaml': IGNORED,
  'production/kustomization.yaml': 'resources: [arguments.yaml]\n',
  'production/application.yaml':
    'kind: Application\nspec: { source: { path: charts/api, helm: { valueFiles: [/shared/api-1.yaml] } } }\n',
  'shared/api-1.yaml': BY_TAG('1'),
  'shared/api-2.yaml': BY_TAG('2'),
  'base/kustomization.yaml': 'resources: [pod.yaml]\n',
  'base/pod.yaml': 'kind: Pod\nspec: { containers: [{ name: api, image: "oci:../dev/api:7" }] }\n',
  'shared/linked.yaml': BY_TAG('3'),
  'production/linked.yaml': { link: '../shared/linked.yaml' },
  'production/charts': { link: '../linked' },
  'linked/api.yaml': BY_TAG('3'),
  'linked/circle': { link: '../linked' },
  'production/circle': { link: '.' },
  'production/out': { link: '../../elsewhere' },
  'charts/api/Chart.yaml': 'apiVersion: v2\nname: api\nversion: 1.0.0\n',
  'charts/api/values.yaml': BY_TAG('1'),
  'production/chart.yaml':
    'kind: Application\nspec: { source: { path: charts/api, helm: { valueFiles: [values.yaml] } } }\n',
  'production/helmfile.yaml': 'helmfiles: [../stacks/*.yaml]\n',
  'stacks/one.yaml': 'releases:\n  - { name: x, chart: x/y, values: [../shared/stack-1.yaml] }\n',
  'shared/stack-1.yaml': BY_TAG('1'),
  'shared/stack-2.yaml': BY_TAG('2'),
  'production/modules/there': { module: 'a'.repeat(40) },
  'promote-holds.yaml': TWICE,
} satisfies Files;

describeWith(['git'], 'attacks on the gate', () => {
  let shop: ReviewWorld;
  let count = 0;
  beforeAll(async () => {
    shop = await createReviewWorld(['gates: { approval: {} }'], {
      files: '"production/*.yaml", "production/{charts,modules}/**"',
    });
    await put(BEFORE);
  });
  afterAll(async () => await shop.world.close());

  it.each<[string, Files]>([
    ['renames a file', { [PIN]: undefined, 'production/api-2.yaml': BY_TAG('0') }],
    ['moves a file out of the globs', { [PIN]: undefined, 'production/below/api.yaml': BY_TAG('0') }],
    ['escapes a key', { 'production/new.yaml': '"im\\x61ge": oci:../production/api:9\n' }],
    ['escapes a repository', { 'production/new.yaml': 'image: "oci:..\\x2fproduction\\u002Fapi:9"\n' }],
    ['breaks a text over lines', { 'production/new.yaml': 'image: "oci:../production/\\\n  api:9"\n' }],
    ['writes it by an anchor', { 'production/new.yaml': 'x: &x oci:../production/api:9\nimage: *x\n' }],
    [
      'merges a key in',
      { 'production/new.yaml': 'x: &x { image: "oci:../production/api:9" }\ny: { <<: *x }\n' },
    ],
    [
      'writes it in a second document',
      { 'production/new.yaml': 'a: 1\n---\nimage: oci:../production/api:9\n' },
    ],
    [
      'writes it in UTF-16',
      { 'production/new.yaml': Buffer.from('\ufeffimage: oci:../production/api:9\n', 'utf16le') },
    ],
    [
      'writes it in base64',
      {
        'production/new.yaml': `image: !!binary ${Buffer.from('oci:../production/api:9').toString('base64')}\n`,
      },
    ],
    ['makes a file too large', { [PIN]: `${BY_TAG('0')}${'# filled\n'.repeat(600_000)}` }],
    ['makes a file binary', { [PIN]: Buffer.from([0xff, 0xfe, 0, 1]) }],
    [
      'leaves a file to Git LFS',
      { 'production/new.yaml': 'version https://git-lfs.github.com/spec/v1\noid sha256:abc\nsize 12\n' },
    ],
    ['makes a file a link', { [PIN]: { link: '../shared/api-2.yaml' } }],
    ['makes the folder a link', { production: { link: 'shared' } }],
    ['changes what a link leads to', { 'shared/linked.yaml': BY_TAG('4') }],
    ['adds a submodule', { 'production/modules/new': { module: 'b'.repeat(40) } }],
    ['gives a submodule another commit', { 'production/modules/there': { module: 'b'.repeat(40) } }],
    ['changes what a linked folder shows', { 'linked/api.yaml': BY_TAG('4') }],
    ['changes the values of a chart elsewhere', { 'charts/api/values.yaml': BY_TAG('4') }],
    [
      'names another value file',
      { 'production/application.yaml': BEFORE['production/application.yaml'].replace('api-1', 'api-2') },
    ],
    ['changes the values of a helmfile elsewhere', { 'shared/stack-1.yaml': BY_TAG('4') }],
    [
      'names another value file in a helmfile elsewhere',
      { 'stacks/one.yaml': BEFORE['stacks/one.yaml'].replace('stack-1', 'stack-2') },
    ],
    [
      'adds a helmfile elsewhere',
      { 'stacks/two.yaml': BEFORE['stacks/one.yaml'].replace('stack-1', 'stack-2') },
    ],
    [
      'builds on a base that is there already',
      { 'production/kustomization.yaml': 'resources: [arguments.yaml, ../base]\n' },
    ],
    ['swaps two arguments', { 'production/arguments.yaml': ARGUMENTS('2', '1') }],
    [
      'moves an ignore comment',
      {
        'production/ignored.yaml':
          'other: {}\nmore:\n  # promote: ignore by hand\n  image: oci:../production/api:5\n',
      },
    ],
    [
      'removes the ignore comment',
      { 'production/ignored.yaml': 'image: oci:../production/api:5\nother: {}\n' },
    ],
    ['releases a hold that was released before', { 'promote-holds.yaml': `${TWICE.split('\n')[0]}\n` }],
    ['makes the holds unreadable', { 'promote-holds.yaml': `${TWICE}- {` }],
    ['makes the holds binary', { 'promote-holds.yaml': Buffer.from([0xff, 0xfe]) }],
    ['makes the holds a link', { 'promote-holds.yaml': { link: 'README.md' } }],
    ['makes the holds too large', { 'promote-holds.yaml': `${TWICE}${'# filled\n'.repeat(600_000)}` }],
    ['makes the holds a folder', { 'promote-holds.yaml': undefined, 'promote-holds.yaml/x': 'y\n' }],
  ])('%s, and is kept back', async (_, files) => {
    expect(await stateOf(files)).toBe('failure');
  });

  it.each<[string, Files]>([
    ['adds a line to what a link leads to', { 'shared/linked.yaml': `${BY_TAG('3')}replicas: 2\n` }],
    ['adds a line to what a linked folder shows', { 'linked/api.yaml': `${BY_TAG('3')}replicas: 2\n` }],
    ['adds a line to the values of a chart', { 'charts/api/values.yaml': `# more\n${BY_TAG('1')}` }],
    ['changes values that nothing names', { 'shared/api-2.yaml': BY_TAG('3') }],
    ['adds a line to a helmfile elsewhere', { 'stacks/one.yaml': `# more\n${BEFORE['stacks/one.yaml']}` }],
    [
      'changes a base that nothing builds on',
      { 'base/pod.yaml': BEFORE['base/pod.yaml'].replace(':7', ':8') },
    ],
    ['adds a line above arguments', { 'production/arguments.yaml': `# more\n${ARGUMENTS('1', '2')}` }],
    ['adds a key before an ignored image', { 'production/ignored.yaml': `a: {}\n${IGNORED}` }],
    ['adds a file', { 'production/more.yaml': 'a: 1\n', 'README.md': 'more\n' }],
    ['adds a comment to the holds', { 'promote-holds.yaml': `# more\n${TWICE}` }],
  ])('%s, and is let through', async (_, files) => {
    expect(await stateOf(files)).toBe('success');
  });

  async function stateOf(files: Files): Promise<string> {
    count += 1;
    const branch = `work-${count}`;
    await shop.world.git('checkout', '--quiet', '-b', branch, 'main');
    await put(files);
    await shop.world.git('checkout', '--quiet', 'main');
    const number = await shop.forge.propose(branch, 'mallory');
    return (await ask(shop, { kind: 'pull-request', number })).state;
  }

  async function put(files: Files): Promise<void> {
    for (const [path, content] of Object.entries(files)) {
      const place = join(shop.world.repository, path);
      await rm(place, { recursive: true, force: true });
      if (content === undefined || (typeof content === 'object' && 'module' in content)) continue;
      await mkdir(dirname(place), { recursive: true });
      if (typeof content === 'object' && 'link' in content) await symlink(content.link, place);
      else await writeFile(place, content);
    }
    const modules = Object.entries(files).flatMap(([path, content]) =>
      typeof content === 'object' && 'module' in content
        ? [['update-index', '--add', '--cacheinfo', `160000,${content.module},${path}`]]
        : [],
    );
    await shop.world.gits(['add', '--all'], ...modules, ['commit', '--quiet', '--message=By hand']);
  }
});
