import { afterAll, beforeAll, expect, it } from 'vitest';
import { createProgram } from '../../src/cli/program.ts';
import { builtMain, type Ran } from '../built/run-promote.ts';
import { createWorld, type World } from '../e2e/world.ts';
import { describeWith } from '../servers/tools.ts';

const IMAGE = 'registry.example/build/api:1';

/**
 * Each command with what it needs. A word in capitals has a wrong one in its place: an ENVIRONMENT, IMAGE or REFERENCE,
 * and a FILE that is not there.
 */
const COMMANDS: Readonly<Record<string, string>> = {
  plan: 'ENVIRONMENT --image IMAGE=REFERENCE',
  apply: '--plan FILE',
  approve: 'FILE --key k.pem',
  init: '--yes',
  pipeline: '',
  workflow: 'ENVIRONMENT --engine kubernetes --container registry.example/promote@sha256:0',
  demo: '',
  check: '',
  explain: 'IMAGE',
  gate: '',
  status: '',
  board: '--out site',
  history: 'ENVIRONMENT --image IMAGE',
  custody: 'IMAGE',
  keep: 'ENVIRONMENT',
  metrics: 'ENVIRONMENT',
  policy: 'ENVIRONMENT --format kyverno',
  'pull-secret': 'ENVIRONMENT --from FILE',
  running: 'ENVIRONMENT --pods FILE',
  verify: 'REFERENCE --key FILE',
  vulnerabilities: 'ENVIRONMENT',
  rollback: 'ENVIRONMENT --yes --image IMAGE',
  hold: 'ENVIRONMENT IMAGE',
  lift: 'ENVIRONMENT IMAGE',
  refresh: '',
  rebuild: 'ENVIRONMENT',
  copy: 'REFERENCE REFERENCE',
  mirror: '',
  index: 'registry.example/api:1 REFERENCE',
  inspect: 'REFERENCE',
  sign: 'REFERENCE --key FILE',
  report: 'attach REFERENCE FILE --key k.pem',
  schema: '',
  completion: 'bash',
};

const RIGHT: Readonly<Record<string, string>> = {
  ENVIRONMENT: 'qa',
  IMAGE: 'api',
  REFERENCE: IMAGE,
  FILE: 'file.json',
};
const WRONG: Readonly<Record<string, string>> = {
  ENVIRONMENT: 'nowhere',
  IMAGE: 'nothing',
  REFERENCE: 'registry.example/API:1',
  FILE: 'missing.json',
};
const WORD = /[A-Z]{4,}/g;
const filled = (name: string, wrong?: string) =>
  [name, ...(COMMANDS[name] ?? '').split(' ')]
    .filter(Boolean)
    .map(word => word.replaceAll(WORD, key => (key === wrong ? WRONG : RIGHT)[key] ?? key));

const io = { cwd: '/', env: {}, stdout: { write: () => true }, stderr: { write: () => true } };
const { commands } = createProgram(
  { ...io, signal: new AbortController().signal },
  () => undefined,
  async () => 0,
);
const names = commands.map(command => command.name()).filter(name => name !== 'complete');
/** A command, or the one below it, that has the option. */
const takes = (name: string, option: string) =>
  commands
    .filter(command => command.name() === name)
    .flatMap(command => [command, ...command.commands])
    .some(({ options }) => options.some(({ long }) => long === option));

const CASES = names.flatMap(name => [
  [...filled(name), '--no-such-option'],
  ...[...new Set((COMMANDS[name] ?? '').match(WORD))].map(key => filled(name, key)),
  ...(takes(name, '--format') ? [[...filled(name), '--format', 'nonsense']] : []),
  ...(takes(name, '--file')
    ? [
        [...filled(name), '--file', 'missing.yaml'],
        [...filled(name), '--file', '.'],
      ]
    : []),
]);

it('knows every command', () => expect(Object.keys(COMMANDS).toSorted()).toEqual(names.toSorted()));

describeWith(['git'], 'a command line that is wrong ends with 2', () => {
  let world: World;
  beforeAll(async () => {
    const registry = '{ from: build, registry: registry.example/qa, files: ["qa.yaml"], commit: direct }';
    world = await createWorld({
      'environments.yaml': `version: 1\nimages: { api: {} }\nenvironments:\n  qa: ${registry}\n`,
      'qa.yaml': 'image: { repository: registry.example/qa/api, tag: "1" }\n',
    });
  });
  afterAll(async () => {
    expect(await world.git('status', '--porcelain')).toBe('');
    await world.close();
  });

  async function run(argv: readonly string[]): Promise<Ran> {
    const printed = { stdout: '', stderr: '' };
    const into = (name: 'stdout' | 'stderr') => ({ write: (text: string) => (printed[name] += text) });
    const { signal } = new AbortController();
    const { repository: cwd, env } = world;
    const code = await builtMain()(argv, {
      cwd,
      env,
      stdout: into('stdout'),
      stderr: into('stderr'),
      signal,
    });
    return { code, ...printed };
  }

  it.each(CASES)('promote %s %s %s %s %s %s %s', async (...words) => {
    const argv = words.filter(word => word !== undefined);
    const { code, stdout, stderr } = await run(argv);
    expect([code, stdout, stderr.match(/^promote: /gm)?.length]).toEqual([2, '', 1]);
    expect(stderr).not.toMatch(/unexpected error|\n {4}at /);
  });
});
