import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { expect, it, onTestFinished } from 'vitest';
import { runPromote } from './run-promote.ts';

const DOCS = join(import.meta.dirname, '../../docs');

/** The commands that a page shows with what they printed, in order. */
function shownIn(page: string): ReadonlyMap<string, string> {
  const text = readFileSync(join(DOCS, page), 'utf8');
  const shown = text.matchAll(/^\$ promote (.+)\n([\s\S]*?)^```/gm);
  return new Map([...shown].map(([, command = '', printed = '']) => [command, plain(printed)]));
}

/** Without what differs from run to run: times, names made of hexadecimal digits, and the spaces that fill a table. */
function plain(text: string): string {
  return text
    .replaceAll(/\d{4}-\d\d-\d\d(T[\d:.]+Z)?/g, 'time')
    .replaceAll(/\b[0-9a-f]{12,64}\b/g, 'hex')
    .replaceAll(/ +/g, ' ')
    .trim();
}

/** A command line as its words; quotes hold one together. */
function words(command: string): readonly string[] {
  return [...command.matchAll(/"([^"]*)"|\S+/g)].map(([word, quoted]) => quoted ?? word);
}

it('the pages on verification and rollback show what the demo prints', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'printed-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const env = {
    PATH: process.env.PATH,
    HOME: directory,
    ...{ GIT_AUTHOR_NAME: 'Ada Lovelace', GIT_AUTHOR_EMAIL: 'ada@example.com' },
    ...{ GIT_COMMITTER_NAME: 'Ada Lovelace', GIT_COMMITTER_EMAIL: 'ada@example.com' },
    COSIGN_PRIVATE_KEY: '',
  };
  const demo = await runPromote(directory, env, ['demo', '--directory', directory]);
  expect(demo.code).toBe(0);
  env.COSIGN_PRIVATE_KEY = readFileSync(join(directory, 'cosign.key'), 'utf8');
  const [verify, rollback] = [shownIn('verify.md'), shownIn('rollback.md')];
  const inOrder = [
    ...verify,
    ...[...rollback].filter(([command]) => command.startsWith('history')),
    ...[...rollback].filter(([command]) => /^(rollback|lift)/.test(command)),
  ];
  expect(inOrder.length).toBe(5);
  for (const [command, printed] of inOrder) {
    const { stdout } = await runPromote(join(directory, 'gitops'), env, words(command));
    expect(plain(stdout.replaceAll(directory, '~/promote-demo')), command).toBe(printed);
  }
});

it('the page on the environments file shows what a wrong one prints', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'printed-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const file = 'version: 1\nimages: { api: {} }\nenvironments:\n  staging:\n    form: build\n';
  const rest = '    registry: ghcr.io/acme/staging\n    files: ["staging/**/*.yaml"]\n';
  writeFileSync(join(directory, 'environments.yaml'), file + rest);
  const { stderr } = await runPromote(directory, {}, ['plan', 'staging']);
  expect(plain(stderr)).toBe(shownIn('environments-file.md').get('plan staging'));
});
