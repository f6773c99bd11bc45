import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
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
  return { run, file: () => readFile(join(directory, 'environments.yaml'), 'utf8') };
}

it('writes a file that check finds nothing wrong with, from a subdirectory too, and once', async () => {
  const { run, file } = await repository();
  const written = await run('dev', ['init', '--yes']);
  expect(written).toMatchObject({ code: 0, seen: '' });
  expect(written.printed).toContain('promote plan production');
  expect(await file()).toContain('registry: ghcr.io/acme/production');
  const checked = await run('dev', ['check', '--offline']);
  expect(checked).toMatchObject({ code: 0, seen: '' });
  expect(checked.printed).toContain('nothing to correct in what was checked');
  expect(await run('.', ['init', '--yes'])).toMatchObject({ code: 2 });
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
    'nothing pins an image',
    { '.git/HEAD': '', 'a.yaml': 'a: b\n' },
    ['init', '--yes'],
    1,
    'none of 1 YAML files',
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
    next: expect.arrayContaining(['promote plan production --image api=docker.io/linuxserver/api:<tag>']),
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
