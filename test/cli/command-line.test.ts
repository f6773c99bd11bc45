import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { builtMain } from '../built/run-promote.ts';

const main = builtMain();

it.each<[readonly string[], string]>([
  [['history', 'dev', '--limit', 'x'], 'above zero, or all'],
  [['rollback', 'dev', '--steps', '0'], 'above zero'],
  [['plan', 'dev', '--format', 'yaml'], 'text, json, markdown'],
  [['plan'], 'environment'],
  [['sign', 'localhost/a:1', '--key', 'a', '--environment', 'b'], 'name one'],
  [['sign', 'localhost/a:1'], 'name one'],
  [['sign', 'localhost/A:1', '--key', 'none'], 'lower-case'],
  [['copy', 'bad:::ref', 'localhost/a:1'], 'lower-case'],
  [['inspect', '::'], 'not a tag'],
  [['plan', 'dev', '--image', 'api=:::'], 'not a tag'],
  [['hold', 'dev', 'api', '--digest', 'x'], 'not a digest'],
  [['apply', '--plan', '/none.json'], '/none.json'],
  [['help', 'plann'], "unknown command 'plann'"],
  [['plann', '--help'], 'Did you mean plan?'],
  [['vulnerabilities', '--public'], 'hint: promote vulnerabilities --open-issue --public\n'],
  [['check', '--fix'], 'hint: promote check --lint --fix\n'],
  [['completion', 'csh'], 'bash, zsh, fish, powershell'],
])('%j is refused in one message that says what to write', async (argv, words) => {
  let seen = '';
  const stderr = {
    write: (text: string) => {
      seen += text;
    },
  };
  const stdout = { write: () => expect.fail('nothing is a result') };
  const { signal } = new AbortController();
  expect(await main(argv, { cwd: '/', env: {}, stdout, stderr, signal })).toBe(2);
  expect(seen).toMatch(/^promote: /);
  expect(seen).toContain(words);
  expect(seen.match(/^promote: /gm)).toHaveLength(1);
});

it.each([
  [['-h']],
  [['--help']],
  [['help']],
  [['-v']],
  [['--version']],
  [['help', 'plan']],
  [['plan', '-h']],
])('%j is answered on stdout, with exit code 0', async argv => {
  let seen = '';
  const stdout = {
    write: (text: string) => {
      seen += text;
    },
  };
  const stderr = { write: () => expect.fail('nothing is wrong') };
  const { signal } = new AbortController();
  expect(await main(argv, { cwd: '/', env: {}, stdout, stderr, signal })).toBe(0);
  expect(seen).toMatch(
    argv.includes('-v') || argv.includes('--version') ? /^\d+\.\d+\.\d+\n$/ : /^Usage: promote/,
  );
});

it.each([
  [['sign', 'localhost/a:1', '--format', 'json'], 'USAGE'],
  [['plan', '--format=json'], 'USAGE'],
  [['status', '--file', 'none.yaml', '--format', 'json'], 'CONFIGURATION'],
])('%j tells programs of its failure as JSON', async (argv, code) => {
  let seen = '';
  const stdout = {
    write: (text: string) => {
      seen += text;
    },
  };
  const { signal } = new AbortController();
  expect(await main(argv, { cwd: '/', env: {}, stdout, stderr: { write: () => true }, signal })).toBe(2);
  expect(JSON.parse(seen)).toMatchObject({ error: { code, message: expect.not.stringMatching(/^error: /) } });
});

it.each([
  [['plan'], /\nusage: promote plan \[options\] <environment>\n$/],
  [['pla'], /Did you mean plan\?.*\nusage: promote <command>\ncommands: plan, apply(?!.*complete\b)/s],
  [['plan', '--imag', 'a'], /Did you mean --image\?.*\nusage: promote plan/s],
  [['version'], /Did you mean --version\?/],
  [['diff'], /Did you mean plan\?/],
  [['rolback'], /Did you mean rollback\?/],
  [['login'], /unknown command 'login'\nusage: promote <command>\ncommands: plan, apply,(?!.{81})/],
  [['apply', 'qa', '--dry-run'], /Did you mean promote plan\?/],
  [['plan', 'qa', '--json'], /Did you mean --format json\?/],
  [['status', '--envronment', 'qa'], /unknown option '--envronment'\nusage: promote status/],
])('%j is refused with how it is used', async (argv, expected) => {
  let told = '';
  const stderr = {
    write: (text: string) => {
      told += text;
    },
  };
  const stdout = { write: () => expect.fail('nothing is a result') };
  const { signal } = new AbortController();
  expect(await main(argv, { cwd: '/', env: {}, stdout, stderr, signal })).toBe(2);
  expect(told).toMatch(expected);
});

it.each(['-h', 'apply -h', 'rollback -h', 'verify -h'])(
  '%s fits 80 columns, and says no empty default',
  async argv => {
    let seen = '';
    const stdout = {
      write: (text: string) => {
        seen += text;
      },
    };
    const { signal } = new AbortController();
    await main(argv.split(' '), { cwd: '/', env: {}, stdout, stderr: stdout, signal });
    expect(seen.split('\n').filter(line => line.length > 80)).toEqual([]);
    expect(seen).not.toMatch(/default: (false|\[\])/);
  },
);

it('names the environments on a usage error, where a file is at hand', async () => {
  const cwd = await mkdtemp(join(tmpdir(), 'promote-usage-'));
  onTestFinished(() => rm(cwd, { recursive: true, force: true }));
  await copyFile(
    join(import.meta.dirname, '../../environments/minimal.yaml'),
    join(cwd, 'environments.yaml'),
  );
  let told = '';
  const sink = {
    write: (text: string) => {
      told += text;
    },
  };
  const { signal } = new AbortController();
  await main(['apply'], { cwd, env: {}, stdout: sink, stderr: sink, signal });
  expect(told).toMatch(/hint: promote apply production, or .*environments: staging, production\n$/);
  await main(['plan', '--verbose'], { cwd, env: {}, stdout: sink, stderr: sink, signal });
  expect(told).toMatch(/\nenvironments: staging, production\nexit code 2: .*wrong\n$/);
});
