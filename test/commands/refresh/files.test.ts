import { afterEach, expect, it } from 'vitest';
import { type BaseWorld, createBaseWorld } from './base-world.ts';

let world: BaseWorld;
afterEach(async () => await world.close());

/** What was left, and the files that branches change. */
async function refresh(...args: readonly string[]) {
  const ran = await world.run('refresh', '--format', 'json', ...args);
  const [{ left }] = JSON.parse(ran.stdout).repositories;
  const branches = await world.git('branch', '--list', 'promote/*', '--format=%(refname:short)');
  const changed: string[] = [];
  for (const branch of branches.split('\n').filter(name => name !== '')) {
    changed.push(...(await world.git('diff', '--name-only', 'main', branch)).split('\n'));
  }
  return { left, changed: changed.toSorted() };
}

it('a line that is ignored stays, and its reason is reported; its group goes on without it', async () => {
  world = await createBaseWorld('{ groups: { all: ["HOST/base/*"] } }');
  const old = await world.publish('base/node:20', ['a']);
  const pinned = `HOST/base/node:20@${old}`;
  await world.put({
    Dockerfile: `FROM ${pinned}\n`,
    'web/Dockerfile': `# promote: ignore until the build is fixed\nFROM ${pinned} AS build\nFROM ${pinned}\n`,
    'compose.yaml': `services: { a: { image: "${pinned}" } } # promote: ignore pinned for a customer\n`,
  });
  await world.publish('base/node:20', ['b']);
  const { left, changed } = await refresh();
  expect(left).toEqual([
    expect.objectContaining({ file: 'compose.yaml', why: 'ignored', reason: 'pinned for a customer' }),
    expect.objectContaining({
      file: 'web/Dockerfile',
      line: 2,
      why: 'ignored',
      reason: 'until the build is fixed',
    }),
  ]);
  expect(changed).toEqual(['Dockerfile', 'web/Dockerfile']);
  const diff = await world.git('diff', '--unified=0', 'main', 'promote/refresh/all', '--', 'web/Dockerfile');
  expect(diff.match(/^\+FROM/gm)).toHaveLength(1);
});

it.each<[string, string, readonly string[]]>([
  [
    'all but what a CI runs',
    '{}',
    ['.devcontainer/Dockerfile', 'Dockerfile', 'compose.yaml', 'vendor/Dockerfile'],
  ],
  [
    'what is included',
    '{ include: ["**/Dockerfile"] }',
    ['.devcontainer/Dockerfile', 'Dockerfile', 'vendor/Dockerfile'],
  ],
  [
    'and not excluded',
    '{ include: ["**/Dockerfile"], exclude: ["vendor/**"] }',
    ['.devcontainer/Dockerfile', 'Dockerfile'],
  ],
  ['no CI file by a glob of another directory', '{ include: ["vendor/**"] }', ['vendor/Dockerfile']],
  [
    'no CI file by a glob of any directory, but others beside it',
    '{ include: ["**"] }',
    ['.devcontainer/Dockerfile', 'Dockerfile', 'compose.yaml', 'vendor/Dockerfile'],
  ],
  ['nothing that a glob excludes', '{ exclude: ["**/Dockerfile"] }', ['compose.yaml']],
  [
    'a CI file that is included',
    '{ include: [".github/workflows/*", ".gitlab-ci.yml"] }',
    ['.github/workflows/ci.yml', '.gitlab-ci.yml'],
  ],
  [
    'no CI file that is excluded',
    '{ include: [".github/**", "Dockerfile"], exclude: [".github/**"] }',
    ['Dockerfile'],
  ],
])('%s is changed', async (_, settings, expected) => {
  world = await createBaseWorld(settings);
  const old = await world.publish('base/node:20', ['a']);
  await world.put({
    Dockerfile: `FROM HOST/base/node:20@${old}\n`,
    'vendor/Dockerfile': `FROM HOST/base/node:20@${old}\n`,
    '.devcontainer/Dockerfile': `FROM HOST/base/node:20@${old}\n`,
    'compose.yaml': `services: { a: { image: "HOST/base/node:20@${old}" } }\n`,
    '.gitlab-ci.yml': `image: HOST/base/node:20@${old}\n`,
    '.github/workflows/ci.yml': `jobs: { a: { container: "HOST/base/node:20@${old}" } }\n`,
  });
  await world.publish('base/node:20', ['b']);
  expect((await refresh()).changed).toEqual(expected);
});

it.each(['api/Dockerfil', 'docs', 'api/*.yaml', '/api'])(
  'a path that names no file, %s, is refused',
  async path => {
    world = await createBaseWorld('{}');
    await world.put({ 'api/Dockerfile': 'FROM scratch\n', 'docs/index.md': 'FROM scratch\n' });
    const { code, stderr } = await world.run('refresh', 'api', path);
    expect([code, stderr]).toEqual([2, expect.stringContaining(`refresh ${path}: `)]);
  },
);

it('each branch that environments are deployed from has proposals of its own', async () => {
  world = await createBaseWorld('{ groups: { all: ["HOST/base/*"] } }');
  const old = await world.publish('base/node:20', ['a']);
  const text = await world.read('environments.yaml');
  await world.put({
    'environments.yaml': text.replace(
      'files: ["dev/*.yaml"] }',
      'files: ["dev/*.yaml"], deployments: { branch: develop } }',
    ),
    'dev/proxy.yaml': `image: HOST/base/node:20@${old}\n`,
    Dockerfile: `FROM HOST/base/node:20@${old}\n`,
  });
  await world.git('branch', 'develop');
  await world.git('rm', '--quiet', 'dev/proxy.yaml');
  await world.git('commit', '--quiet', '--message=Only on develop');
  await world.publish('base/node:20', ['b']);
  expect((await world.run('refresh')).code).toBe(0);
  const refs = await world.refs();
  const names = refs.split('\n').flatMap(ref => /^refs\/heads\/(promote\S+)/.exec(ref)?.[1] ?? []);
  expect(names.toSorted()).toEqual(['promote/refresh/all', 'promote/refresh@develop/all']);
  expect((await world.run('refresh')).stdout.match(/open already/g)).toHaveLength(2);
  expect(await world.refs()).toBe(refs);

  const one = (await world.read('environments.yaml')).replace(
    'files: ["dev/*.yaml"]',
    'commits: { branch: "dev/{group}" }, files: ["dev/*.yaml"]',
  );
  await world.put({ 'environments.yaml': `${one}\ncommits: { branch: "bases/{group}" }\n` });
  const before = await world.refs();
  const { code, stderr } = await world.run('refresh');
  expect([code, stderr]).toEqual([2, expect.stringContaining('deployed from main and develop')]);
  expect(stderr).toContain('"bases/{environment}/{group}"');
  expect(await world.refs()).toBe(before);
});
