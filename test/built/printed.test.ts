import { readFileSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { buildImage, pushImage } from '../../src/demo/image.ts';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import { openLayout } from '../../src/registry/layout/layout.ts';
import { createWorld, type World } from '../e2e/world.ts';
import { describeWith, runProgram } from '../servers/tools.ts';
import { asShown, linesIn, plain, type Shown, shownIn, words } from '../shown.ts';
import { newPrivateKey, publicPem, toPem } from '../signing/keys.ts';
import { ADA, DEPLOYMENT, gated, KARGO, LINTED, pinned, SEVERAL, values } from './printed-files.ts';
import { runPromote } from './run-promote.ts';

type Run = (...args: readonly string[]) => Promise<{ readonly stdout: string; readonly stderr: string }>;

/** Types what a page shows, and compares what is printed. */
async function compare(run: Run, shown: readonly Shown[], edit = (text: string) => text): Promise<void> {
  expect(shown.length).toBeGreaterThan(0);
  for (const { command, printed } of shown) {
    const { stdout, stderr } = await run(...words(command).slice(1));
    expect(plain(edit(stdout === '' ? stderr : stdout)), command).toMatch(asShown(edit(printed)));
  }
}

describe('in what the demo leaves, pages show what is printed:', () => {
  let directory: string;
  let env: Readonly<Record<string, string | undefined>>;
  const run: Run = async (...args) => await runPromote(join(directory, 'gitops'), env, args);
  const put = (path: string, text: string) => writeFileSync(join(directory, path), text);

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'printed-'));
    env = { PATH: process.env.PATH, HOME: directory, ...ADA };
    expect((await runPromote(directory, env, ['demo', '--directory', directory])).code).toBe(0);
    env = { ...env, COSIGN_PRIVATE_KEY: readFileSync(join(directory, 'cosign.key'), 'utf8') };
    return async () => await rm(directory, { recursive: true });
  });

  const inDemo = (text: string) => text.replaceAll(directory, '~/promote-demo');
  const history = shownIn('docs/rollback.md').filter(({ command }) => command.startsWith('promote history'));

  it.each([
    ['verification', shownIn('docs/verify.md')],
    ['history', history],
    ['the board', shownIn('docs/board.md')],
  ])('%s', async (_, shown) => await compare(run, shown, inDemo));

  it('metrics', async () => {
    await compare(run, shownIn('docs/metrics.md'), text => text.replaceAll(/ [\d.]+$/gm, ' number'));
  });

  it('what a clean-up must keep', async () => {
    const { stdout } = await run('keep', '--format', 'json');
    const { images } = JSON.parse(stdout);
    const [{ manifests }] = images.filter((one: { repository: string }) => /production/.test(one.repository));
    put('gitops/doomed.txt', `${manifests.at(-1).digest}\nsha256:${'0'.repeat(64)}\n`);
    await compare(run, shownIn('docs/clean-ups.md'));
  });

  it('gates', async () => {
    const alice = newPrivateKey();
    put('alice.key', toPem(alice));
    put('alice.pub', publicPem(alice));
    await mkdir(join(directory, 'gitops/next'));
    put('gitops/next/values.yaml', 'image: { repository: registry.example/next/api, tag: 1.0.0 }\n');
    const steps = [
      ['add', 'next'],
      ['commit', '--quiet', '--message=Add'],
    ];
    for (const step of steps) await runProgram('git', ['-C', join(directory, 'gitops'), ...step], env);
    let printed = '';
    for (const [gate, own] of [
      ['version: ">=2.0.0"', '../cosign.key'],
      ['soak: 24h', ''],
      ['soak: 24h', '../cosign.key'],
      ['freeze: [{ from: 2020-01-01, until: 2099-01-01, reason: weekend }]', '../cosign.key'],
      ['freeze: [{ calendar: ops/freezes.ics }]', '../cosign.key'],
      [
        'approval: { by: signature, count: 1, signers: [{ name: alice, keys: [../alice.pub] }] }',
        '../cosign.key',
      ],
    ] as const) {
      put('gitops/gated.yaml', gated(gate, own));
      const file = ['--file', 'gated.yaml', '--out', '../plan.json'];
      printed += (await run('plan', 'production', ...file)).stdout;
    }
    const key = ['--file', 'gated.yaml', '--key', '../alice.key', '--out', 'alice.json'];
    printed += (await run('approve', '../plan.json', ...key)).stdout;
    for (const page of ['soak', 'version', 'freeze', 'approval'])
      for (const line of linesIn(`docs/gates/${page}.md`)) expect(plain(printed)).toContain(plain(line));
  });

  it('a rollback, and the release of its hold', async () => {
    const shown = shownIn('docs/rollback.md').filter(({ command }) => !command.startsWith('promote history'));
    await compare(run, shown, inDemo);
  });
});

describeWith(['git'], 'in a repository of files, pages show what is printed:', () => {
  async function started(files: Readonly<Record<string, string>>): Promise<World> {
    const world = await createWorld(files);
    onTestFinished(async () => await world.close());
    return world;
  }

  it('an environments file that is wrong', async () => {
    const file = 'version: 1\nimages: { api: {} }\nenvironments:\n  staging:\n    form: build\n';
    const rest = '    registry: ghcr.io/acme/staging\n    files: ["staging/**/*.yaml"]\n';
    const world = await started({ 'environments.yaml': file + rest });
    await compare(world.run, shownIn('docs/environments-file.md'));
  });

  it('lint', async () => {
    const world = await started({ 'environments.yaml': LINTED, 'prod/api.yaml': DEPLOYMENT });
    await compare(world.run, shownIn('docs/lint.md'));
  });

  const own = ['remote', 'add', 'origin', 'https://git.acme.example/acme/gitops'];

  it("what is found of Kargo's", async () => {
    const world = await started({
      'kargo.yaml': KARGO,
      'staging/values.yaml': values('staging/api', '1.1.0'),
      'production/values.yaml': values('production/api', '1.0.0'),
    });
    await world.git(...own);
    await compare(world.run, shownIn('docs/migrating.md'));
  });

  it('what was added since promote init', async () => {
    const world = await started({
      'dev/values.yaml': values('dev/api', '1.1.0'),
      'production/values.yaml': values('production/api', '1.0.0'),
    });
    await world.git(...own);
    expect(await world.run('init', '--yes')).toMatchObject({ code: 0 });
    await world.write('staging/values.yaml', values('staging/api', '1.1.0'));
    for (const name of ['dev', 'staging', 'production'])
      await world.write(`${name}/web.yaml`, values(`${name}/web`, '1.0.0'));
    await compare(world.run, shownIn('docs/init.md'));
  });

  it('several sources', async () => {
    const world = await started({ 'production/values.yaml': pinned('production', '""') });
    const build = { platforms: [{ os: 'linux', architecture: 'amd64' }] };
    const store = openLayout(world.repository);
    const images = ['1.1.0', '1.2.0'].map(version => buildImage({ ...build, layers: [version] }));
    let printed = '';
    for (const [from, tags] of [
      ['[eu, us]', ['1.1.0', '1.2.0']],
      ['{ any: [eu, us] }', ['1.1.0', '1.2.0']],
      ['{ any: [eu, us] }', ['abc1234', 'def5678']],
    ] as const) {
      await world.write('environments.yaml', SEVERAL.replace('FROM', from));
      for (const [index, image] of images.entries()) {
        const [name = '', tag = ''] = [['eu', 'us'][index], tags[index]];
        await pushImage(store(parseRepositoryName(`oci:../${name}/api`)), image, tag);
        await world.write(`${name}/values.yaml`, pinned(name, `${tag}@${image.index.descriptor.digest}`));
      }
      await world.gits(['add', '.'], ['commit', '--quiet', '--message=Change']);
      printed += (await world.run('plan', 'production')).stdout;
    }
    for (const line of linesIn('docs/several-sources.md')) expect(plain(printed)).toContain(plain(line));
  });
});
