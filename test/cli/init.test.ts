import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { expect, it, onTestFinished } from 'vitest';
import type { Io } from '../../src/cli/io.ts';
import { builtMain } from '../built/run-promote.ts';

const main = builtMain();

const FILES = {
  '.git/HEAD': 'ref: refs/heads/main\n',
  'dev/api.yaml': 'image: { repository: ghcr.io/acme/dev/api, tag: "1.0.0" }\n',
  'production/api.yaml': 'image: { repository: ghcr.io/acme/production/api, tag: "1.0.0" }\n',
};

async function repository(files: Readonly<Record<string, string>> = FILES) {
  const directory = await mkdtemp(join(tmpdir(), 'promote-init-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), text);
  }
  const run = async (cwd: string, argv: readonly string[], changes: Partial<Io> = {}) => {
    let [seen, printed] = ['', ''];
    const stderr = { write: (text: string) => (seen += text) };
    const stdout = { write: (text: string) => (printed += text) };
    const { signal } = new AbortController();
    const code = await main(argv, { cwd: join(directory, cwd), env: {}, stdout, stderr, signal, ...changes });
    return { code, seen, printed };
  };
  const read = (path: string) => readFile(join(directory, path), 'utf8');
  return { directory, run, read, file: () => read('environments.yaml') };
}

it('writes a file that check finds nothing wrong with, from a subdirectory too, and nothing the next time', async () => {
  const { run, file } = await repository();
  const written = await run('dev', ['init', '--yes']);
  expect(written).toMatchObject({ code: 0, seen: '' });
  expect(written.printed).toContain('promote plan production');
  expect(await file()).toContain('registry: ghcr.io/acme/production');
  const checked = await run('dev', ['check', '--offline']);
  expect(checked).toMatchObject({ code: 0, seen: '' });
  expect(checked.printed).toContain('nothing to correct in what was checked');
  const before = await file();
  const again = await run('.', ['init', '--yes']);
  expect(again).toMatchObject({ code: 0, printed: expect.stringContaining('nothing to add') });
  expect(await file()).toBe(before);
});

it('asks once, with what it would write, and writes nothing where a person says no', async () => {
  const { run, file } = await repository();
  const asked: string[] = [];
  const ask = async (question: string) => {
    asked.push(question);
    return false;
  };
  expect(await run('.', ['init'], { ask })).toMatchObject({ code: 0, printed: '' });
  expect(asked).toEqual([expect.stringMatching(/production[\s\S]*Write environments.yaml\?$/)]);
  await expect(file()).rejects.toThrow('ENOENT');
});

it.each([
  ['nobody is here to ask', FILES, ['init'], 2, '--yes'],
  ['there is no repository', { 'dev/api.yaml': '' }, ['init', '--yes'], 2, 'git init'],
  [
    'nothing pins an image, and another tool is there',
    {
      '.git/HEAD': '',
      'a.yaml': 'apiVersion: image.toolkit.fluxcd.io/v1\nkind: ImagePolicy\nmetadata: { name: api }\n',
    },
    ['init', '--yes'],
    1,
    "none of 1 YAML files pins an image as registry/owner/name:tag, in Helm values, a kustomization or a manifest\n  here: Flux's ImagePolicy api: promote apply",
  ],
])('is refused with what to do where %s', async (_, files, argv, code, words) => {
  const { run } = await repository(files);
  const refused = await run('.', argv);
  expect(refused.code).toBe(code);
  expect(refused.seen).toContain(words);
});

const ALONE = {
  '.git/HEAD': 'ref: refs/heads/main\n',
  'apps/api.yaml': 'image: { repository: docker.io/linuxserver/api, tag: "1.0.0" }\n',
};

it('says that an environment no path names is a guess, and that a public registry may be of others', async () => {
  const { run, file } = await repository(ALONE);
  const written = await run('.', ['init', '--yes', '--format', 'json']);
  expect(JSON.parse(written.printed)).toMatchObject({
    doubts: [
      'production is a guess: no path names an environment, and apps/ pins most images',
      expect.stringContaining('docker.io/linuxserver, which may belong to others'),
    ],
    next: expect.arrayContaining(['promote plan production --image api=docker.io/linuxserver/api:1.0.0']),
  });
  expect(await file()).toContain('# The name is a guess');
});

it('asks first whether a guess is right, and writes nothing where it is not', async () => {
  const { run, file } = await repository(ALONE);
  const asked: string[] = [];
  const answers = [false, true, true];
  const ask = async (question: string) => {
    asked.push(question);
    return answers.shift() ?? false;
  };
  const refused = await run('.', ['init'], { ask });
  expect([refused.code, refused.seen]).toEqual([0, expect.stringContaining('nothing was written')]);
  expect(asked).toEqual([
    'No path names an environment, and apps/ pins most images. Is what apps/ deploys production?',
  ]);
  await expect(file()).rejects.toThrow('ENOENT');
  await run('.', ['init'], { ask });
  expect(await file()).toContain('production:');
});

const COMMIT = 'c'.repeat(40);
const REMOTE = '[remote "origin"]\n\turl = https://github.com/acme/gitops.git\n';
/** What Git asks of a repository before it reads its configuration. */
const GITHUB = {
  ...FILES,
  '.git/config': `[core]\n\trepositoryformatversion = 0\n${REMOTE}`,
  '.git/objects/.keep': '',
  '.git/refs/.keep': '',
};
const env = { PATH: process.env.PATH };

it("writes the workflow that fits the remote, which check finds nothing wrong with, and never over another's", async () => {
  const argv = ['init', '--yes', '--action', `acme/promote@${COMMIT}`];
  const { run, read } = await repository(GITHUB);
  const written = await run('.', argv, { env });
  expect(written).toMatchObject({ code: 0, seen: '' });
  expect(written.printed).toContain('writes .github/workflows/promote.yml');
  const workflow = await read('.github/workflows/promote.yml');
  expect(workflow).toContain(`uses: acme/promote/actions/promote@${COMMIT}`);
  expect(workflow).toContain('environment: [production]');
  expect((await run('.', ['check', '--offline'], { env })).code).toBe(0);

  const taken = await repository({ ...GITHUB, '.github/workflows/promote.yml': 'name: mine\n' });
  const kept = await taken.run('.', argv, { env });
  expect(kept.printed).toContain('.github/workflows/promote.yml is there already');
  expect(await taken.read('.github/workflows/promote.yml')).toBe('name: mine\n');
});

it('says what names a copy of promote where no CI file is written, and refuses what names none', async () => {
  const { run, directory } = await repository(GITHUB);
  expect((await run('.', ['init', '--yes', '--action', 'acme/promote@v1'], { env })).code).toBe(2);
  expect((await run('.', ['init', '--yes', '--container', 'acme/promote:1'], { env })).code).toBe(2);
  expect((await run('.', ['init', '--yes'], { env })).printed).toContain(
    'run: promote init --yes --action <owner>/<repository>@<commit>',
  );
  expect(existsSync(join(directory, '.github'))).toBe(false);
});

it('writes a pipeline beside the one that is there, and says the line that includes it', async () => {
  const { run, read } = await repository({ ...FILES, '.gitlab-ci.yml': 'test: { script: [true] }\n' });
  const image = `registry.example/promote@sha256:${'0'.repeat(64)}`;
  const written = await run('.', ['init', '--yes', '--container', image]);
  expect(written.printed).toContain('include: [{ local: .gitlab/promote.yml }]');
  expect(await read('.gitlab/promote.yml')).toContain(`image: ${image}`);
  expect(await read('.gitlab-ci.yml')).toBe('test: { script: [true] }\n');
  expect((await run('.', ['check', '--offline'])).code).toBe(0);
});

it('makes a key pair whose private half is outside of every repository, for its owner alone', async () => {
  const { run, directory, read, file } = await repository();
  const outside = await mkdtemp(join(tmpdir(), 'promote-key-'));
  onTestFinished(() => rm(outside, { recursive: true }));
  const refused = await run('.', ['init', '--yes', '--generate-key', 'dev/cosign.key']);
  expect(refused).toMatchObject({ code: 2, seen: expect.stringContaining('could be committed') });
  expect(existsSync(join(directory, 'environments.yaml'))).toBe(false);

  const path = join(outside, 'promote.key');
  const made = await run('.', ['init', '--yes', '--generate-key', path], {
    env: { COSIGN_PASSWORD: 'secret' },
  });
  expect(made).toMatchObject({ code: 0, seen: '' });
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readFile(path, 'utf8')).toContain('ENCRYPTED SIGSTORE PRIVATE KEY');
  expect(await read('cosign.pub')).toContain('BEGIN PUBLIC KEY');
  expect(await file()).toMatch(/^signing: \{ key: env:\/\/COSIGN_PRIVATE_KEY, publicKey: cosign.pub \}/m);
  expect(made.printed).toContain(`export COSIGN_PRIVATE_KEY="$(cat '${path}')"`);
  expect(made.printed).not.toContain('PRIVATE KEY-----');
  expect((await run('.', ['check', '--offline'])).code).toBe(0);
});

it('asks at most five questions, and whether a key is wanted', async () => {
  const { run, directory, file } = await repository(ALONE);
  const home = await mkdtemp(join(tmpdir(), 'promote-home-'));
  onTestFinished(() => rm(home, { recursive: true }));
  await mkdir(join(home, '.config'));
  const asked: string[] = [];
  const ask = async (question: string) => {
    asked.push(question.split('\n').at(-1) ?? '');
    return true;
  };
  await run('.', ['init'], { ask, env: { HOME: home } });
  expect(asked).toEqual([
    expect.stringContaining('deploys production?'),
    expect.stringContaining('Sign promotions with a new key?'),
    'Write 3 files?',
  ]);
  expect(await file()).toMatch(/^signing:/m);
  expect(existsSync(join(directory, 'cosign.pub'))).toBe(true);
});

it('adds what is new since, where a person agrees, and says what it added', async () => {
  const { directory, run, file } = await repository();
  await run('.', ['init', '--yes']);
  const before = await file();
  await mkdir(join(directory, 'staging'));
  await writeFile(join(directory, 'dev/web.yaml'), 'image: { repository: ghcr.io/acme/dev/web, tag: "1" }\n');
  await writeFile(
    join(directory, 'staging/api.yaml'),
    'image: { repository: ghcr.io/acme/staging/api, tag: "1" }\n',
  );
  const refused = await run('.', ['init'], { ask: async () => false });
  expect([refused.code, await file()]).toEqual([0, before]);
  const added = await run('.', ['init', '--yes', '--format', 'json']);
  expect(JSON.parse(added.printed)).toMatchObject({
    adds: ['the image web', 'the environment staging'],
    byHand: [],
    doubts: [
      'production takes from dev: write from: staging there, if images pass staging first',
      expect.stringContaining('staging: promote pushes to'),
    ],
    writes: ['environments.yaml'],
  });
  for (const line of before.split('\n')) expect(await file()).toContain(line);
  expect(await file()).toContain('  staging:\n    from: dev\n');
  expect((await run('.', ['check', '--offline'])).code).toBe(0);
});

it('lists what other tools have there, the first time and again', async () => {
  const { run } = await repository({
    ...FILES,
    'dev/flux.yaml': 'tag: 1.0.0 # {"$imagepolicy": "flux-system:api:tag"}\n',
  });
  for (const format of ['text', 'json', 'text']) {
    const { printed } = await run('.', ['init', '--yes', '--format', format]);
    if (format === 'text') expect(printed).toContain("here: 1 of Flux's markers");
    else expect(JSON.parse(printed)).toMatchObject({ met: [{ file: 'dev/flux.yaml', hasEqual: true }] });
  }
});
