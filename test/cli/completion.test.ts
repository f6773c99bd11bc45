import { execFileSync, spawnSync } from 'node:child_process';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { describe, expect, it, onTestFinished } from 'vitest';
import { completions } from '../../src/cli/complete.ts';
import { completion, SHELLS } from '../../src/cli/completion.ts';
import type { Io } from '../../src/cli/io.ts';
import { createProgram } from '../../src/cli/program.ts';
import { CLI, runPromote } from '../built/run-promote.ts';

const NOTHING = { write: () => true };
const IO: Io = {
  cwd: '/',
  env: {},
  stdout: NOTHING,
  stderr: NOTHING,
  signal: new AbortController().signal,
};
const PROGRAM = createProgram(
  IO,
  () => undefined,
  async () => 0,
);
const NAMES = { environments: ['staging', 'production'], images: ['api', 'web'] };

it.each([
  [['pl'], ['plan']],
  [['rel'], ['release']],
  [
    ['plan', ''],
    ['production', 'staging'],
  ],
  [['plan', 's'], ['staging']],
  [['plan', '--yes', 'p'], ['production']],
  [['plan', 'staging', ''], []],
  [
    ['plan', 'staging', '--image', ''],
    ['api', 'web'],
  ],
  [['plan', '--image', 'api', 'p'], ['production']],
  [
    ['hold', 'staging', ''],
    ['api', 'web'],
  ],
  [['lift', '--digest', 'sha256:00', 'staging', 'w'], ['web']],
  [['explain', 'a'], ['api']],
  [['plan', '--fail'], ['--fail-on-closed']],
  [
    ['plan', '--format', ''],
    ['json', 'markdown', 'text'],
  ],
  [['refresh', '--deployed', 's'], ['staging']],
  [['sign', '--environment', 'p'], ['production']],
  [['status', '--file', ''], []],
  [['comp'], ['completion']],
  [['nowhere', ''], []],
  [['--ver'], ['--verbose', '--version']],
])('completes %j', (words, expected) => {
  expect(completions(PROGRAM, words, NAMES)).toEqual(expected);
});

/** How a shell is asked what it would offer behind `promote plan `. */
const ASKED: Readonly<Record<(typeof SHELLS)[number], readonly [program: string, text: string]>> = {
  bash: [
    'bash',
    `source promote.completion; COMP_WORDS=(promote plan ''); COMP_CWORD=2; _promote; printf '%s\\n' "\${COMPREPLY[@]}"; complete -p promote >&2`,
  ],
  // Without a terminal there is no completion system: what it is told is printed.
  zsh: [
    'zsh',
    `compdef() { :; }; compadd() { print -l -- \${(P)2}; }; source ./promote.completion; words=(promote plan ''); CURRENT=3; _promote`,
  ],
  fish: ['fish', `source promote.completion; complete -C 'promote plan '`],
  powershell: [
    'pwsh',
    `. ./promote.completion.ps1; (TabExpansion2 'promote plan ' 13).CompletionMatches.CompletionText`,
  ],
};

describe.each(SHELLS)('the script of %s', shell => {
  const [program, text] = ASKED[shell];
  const isThere = spawnSync(program, ['--version']).status === 0;

  // A machine without that shell reports this as skipped.
  it.runIf(isThere)(`offers the environments in the shell itself (needs ${program})`, async () => {
    const directory = await mkdtemp(join(tmpdir(), 'promote-completion-'));
    onTestFinished(() => rm(directory, { recursive: true, force: true }));
    const script = printed(shell);
    const name = shell === 'powershell' ? 'promote.completion.ps1' : 'promote.completion';
    await writeFile(join(directory, name), script);
    await writeFile(join(directory, 'promote'), `#!/bin/sh\nexec "${process.execPath}" "${CLI}" "$@"\n`, {
      mode: 0o755,
    });
    await copyFile(
      join(import.meta.dirname, '../../environments/minimal.yaml'),
      join(directory, 'environments.yaml'),
    );
    const env = { ...process.env, PATH: `${directory}:${process.env.PATH}`, HOME: directory };
    const offered = execFileSync(program, ['-c', text], { cwd: directory, env, encoding: 'utf8' });
    expect(offered.trim().split('\n').sort()).toEqual(['production', 'staging']);
  });
});

// No shell of PowerShell runs here: what it would run is taken out of the script, and its text is read.
describe('the script of PowerShell, where no pwsh is installed', () => {
  const script = printed('powershell');

  it('closes every bracket and every string', () => {
    const open: string[] = [];
    for (const [mark] of script
      .replaceAll(/^#.*$/gm, '')
      .replaceAll(/"[^"\n]*"|'[^'\n]*'/g, '')
      .matchAll(/["'(){}[\]]/g)) {
      const opening = { ')': '(', '}': '{', ']': '[' }[mark];
      if (opening === undefined) open.push(mark);
      else expect(open.pop()).toBe(opening);
    }
    expect(open).toEqual([]);
  });

  it('uses only variables that it is given or sets', () => {
    const [, parameters = ''] = /param\(([^)]*)\)/.exec(script) ?? [];
    const known = new Set(['$PROFILE', '$null', '$_', ...parameters.split(', ')]);
    expect(parameters.split(', ').length).toBe(3);
    for (const [, name = ''] of script.matchAll(/^ *(\$\w+) = /gm)) known.add(name);
    for (const [name] of script.matchAll(/[$@][A-Za-z_]\w*/g))
      expect(known).toContain(name.replace('@', '$'));
  });

  it.each([
    ['at a new word', ['--new-word'], ['plan'], ['production', 'staging']],
    ['within a word', [], ['plan', 's'], ['staging']],
  ])('asks for what is offered %s', async (_, fresh, words, offered) => {
    const [, asked = ''] = /^ *promote (complete .*?) 2>\$null \|/m.exec(script) ?? [];
    const line = asked
      .split(' ')
      .flatMap(word => ({ '@new': fresh, '@words': words, "'--'": ['--'] })[word] ?? [word]);
    const directory = await mkdtemp(join(tmpdir(), 'promote-completion-'));
    onTestFinished(() => rm(directory, { recursive: true, force: true }));
    await copyFile(
      join(import.meta.dirname, '../../environments/minimal.yaml'),
      join(directory, 'environments.yaml'),
    );
    const { code, stdout } = await runPromote(directory, {}, line);
    expect([code, stdout.trim().split('\n').sort()]).toEqual([0, offered]);
  });
});

function printed(shell: (typeof SHELLS)[number]): string {
  let script = '';
  completion({ ...IO, stdout: { write: (line: string) => (script += line) } }, shell);
  return script;
}
