import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { expect } from 'vitest';
import { runPromote } from '../built/run-promote.ts';
import { findProgram } from '../servers/tools.ts';
import { newPrivateKey, toPem } from '../signing/keys.ts';

/** A key to sign with, or an App's. */
export const KEY = toPem(newPrivateKey());
const LINES = KEY.split('\n').filter(line => line.length > 20 && !line.startsWith('-----'));

/** A directory of its own with one file. */
export async function place(directory: string, path: string, text: string): Promise<string> {
  await mkdir(join(directory, path, '..'), { recursive: true });
  await writeFile(join(directory, path), text);
  return directory;
}

/** Fails where a text holds a secret in whatever form: all that the tests give begin with `marked-`. */
function assertSilent(text: string, secrets: readonly string[], what: string): void {
  const all = [...secrets, ...LINES, ...LINES.map(base64)];
  const forms = all.flatMap(secret => [
    secret,
    base64(secret),
    base64(`user:${secret}`),
    secret.slice(0, 40),
  ]);
  const told = [...forms, 'marked-'].filter(form => text.includes(form));
  expect(told, `${what}\n${text}`).toEqual([]);
}

/** Runs a command that must fail, and searches all that it printed and every command line of what it started. */
export async function failsSilently(
  cwd: string,
  env: Readonly<Record<string, string>>,
  args: readonly string[],
  secrets: readonly string[],
): Promise<string> {
  const PATH = [await watchedGit(cwd), process.env.PATH].join(':');
  const { code, stdout, stderr } = await runPromote(cwd, { PATH, ...env }, args);
  const text = stdout + stderr;
  expect([args[0], code]).not.toEqual([args[0], 0]);
  expect(text).not.toContain('unexpected error');
  assertSilent(text, secrets, `promote ${args.join(' ')}`);
  const started = await readFile(join(cwd, 'started'), 'utf8').catch(() => '');
  assertSilent(started, secrets, `started by promote ${args.join(' ')}`);
  return text;
}

/** A `git` that notes how it was started. */
async function watchedGit(directory: string): Promise<string> {
  const bin = join(directory, 'bin');
  await rm(join(directory, 'started'), { force: true });
  await mkdir(bin, { recursive: true });
  const git = `#!/bin/sh\necho "$@" >> ${join(directory, 'started')}\nexec ${findProgram('git')} "$@"\n`;
  await writeFile(join(bin, 'git'), git, { mode: 0o755 });
  return bin;
}

export function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
