import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { CLI } from '../built/run-promote.ts';
import { startRegistry } from '../servers/registry.ts';
import { describeWith, runProgram } from '../servers/tools.ts';

const GIT = {
  PATH: process.env.PATH ?? '',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 'tester',
  GIT_AUTHOR_EMAIL: 'tester@example.com',
  GIT_COMMITTER_NAME: 'tester',
  GIT_COMMITTER_EMAIL: 'tester@example.com',
};

it('ends quietly where the reader of its output has gone', async () => {
  const child = spawn(process.execPath, [CLI, 'schema'], { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  let seen = '';
  child.stderr.on('data', chunk => {
    seen += chunk;
  });
  const [code] = await once(child, 'close');
  expect([code, seen]).toEqual([0, '']);
});

it('says in one line that the directory it runs in is gone', async () => {
  const gone = 'cd "$(mktemp -d)" && rmdir "$PWD" && exec "$@"';
  const args = ['-c', gone, 'sh', process.execPath, CLI, 'plan', 'production'];
  const child = spawn('sh', args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let seen = '';
  child.stderr.on('data', chunk => {
    seen += chunk;
  });
  const [code] = await once(child, 'close');
  expect([code, seen]).toEqual([
    1,
    'promote: the current directory is gone\n  hint: change to one that exists\n',
  ]);
});

it('ends quietly behind a pipe to head, which reads a line and goes', async () => {
  const args = ['-c', 'set -o pipefail; "$@" | head -1', 'bash', process.execPath, CLI, 'schema'];
  expect(await ended(spawn('bash', args, { stdio: ['ignore', 'pipe', 'pipe'] }))).toMatchObject({
    code: 0,
    stdout: '{\n',
    stderr: '',
  });
});

describeWith(['git'], 'what prints while it runs', () => {
  it('ends quietly where its reader has gone: a demo', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'promote-demo-'));
    onTestFinished(() => rm(directory, { recursive: true, force: true }));
    const args = [CLI, 'demo', '--directory', join(directory, 'demo')];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.destroy();
    expect(await ended(child)).toMatchObject({ code: 1, stderr: '' });
  });

  it('ends quietly where its reader has gone: a watch', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'promote-watch-'));
    onTestFinished(() => rm(directory, { recursive: true, force: true }));
    const git = (...args: readonly string[]) => runProgram('git', ['-C', directory, ...args], GIT);
    const registry = '{ from: build, registry: registry.example/qa, files: ["qa.yaml"], commit: direct }';
    const text = `version: 1\nimages: { api: {} }\nenvironments:\n  qa: ${registry}\n`;
    await writeFile(join(directory, 'environments.yaml'), text);
    await git('init', '--quiet', '--initial-branch=main');
    await git('add', '.');
    await git('commit', '--quiet', '--message=Start');
    const child = spawn(process.execPath, [CLI, 'status', '--watch', '1s'], {
      cwd: directory,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.destroy();
    expect(await ended(child)).toMatchObject({ code: 0, stderr: '' });
  });
});

it('fails and says so where what it prints meets a full disk', async () => {
  const full = openSync('/dev/full', 'w');
  onTestFinished(() => closeSync(full));
  const child = spawn(process.execPath, [CLI, 'schema'], { stdio: ['ignore', full, 'pipe'] });
  expect(await ended(child)).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^promote: what was to be printed could not be written: ENOSPC.*\n$/),
  });
});

it('ends where what it prints and what it logs meet a full disk', async () => {
  const full = openSync('/dev/full', 'w');
  onTestFinished(() => closeSync(full));
  const child = spawn(process.execPath, [CLI, 'schema'], { stdio: ['ignore', full, full] });
  expect(await ended(child)).toMatchObject({ code: 1 });
});

it('ends on Ctrl-C while a registry does not answer, in one line and without another request', async () => {
  const asked = Promise.withResolvers<void>();
  const registry = await startRegistry({
    hold: async () => {
      asked.resolve();
      await new Promise(() => undefined);
    },
  });
  onTestFinished(() => registry.stop());
  const child = spawn(process.execPath, [CLI, 'inspect', `${registry.host}/api:1`], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const end = ended(child);
  await asked.promise;
  child.kill('SIGINT');
  const { code, stderr } = await end;
  expect([code, stderr]).toEqual([1, expect.stringMatching(/^promote: .*\n$/)]);
  expect(stderr).not.toMatch(/ {4}at |unexpected error/);
});

async function ended(child: ReturnType<typeof spawn>) {
  let [stdout, stderr] = ['', ''];
  child.stdout?.on('data', chunk => {
    stdout += chunk;
  });
  child.stderr?.on('data', chunk => {
    stderr += chunk;
  });
  const [code] = await once(child, 'close');
  return { code, stdout, stderr };
}
