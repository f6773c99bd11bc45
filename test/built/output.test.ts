import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runPromote } from './run-promote.ts';

const HAS_JQ = spawnSync('jq', ['--version']).status === 0;
const PAGE = readFileSync(join(import.meta.dirname, '../../docs/json.md'), 'utf8');
const EXAMPLES = [...PAGE.matchAll(/^\$ promote (.+?) \| jq (-[re]) '?(.+?)'?\n([\s\S]*?)^```/gm)].map(
  ([, command = '', option = '', program = '', printed = '']) => ({ command, option, program, printed }),
);

let directory: string;
let gitops: string;
const promote = (command: string) => runPromote(gitops, env(), [...command.split(' '), '--format', 'json']);

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'output-'));
  gitops = join(directory, 'gitops');
  const { code, stdout } = await runPromote(directory, env(), ['demo', '--directory', directory]);
  expect([code, stdout]).toEqual([0, expect.not.stringContaining('cannot be read')]);
});

afterAll(() => rmSync(directory, { recursive: true }));

describe('the examples with jq', () => {
  it('are found', () => expect(EXAMPLES.length).toBeGreaterThan(4));

  // A runner of the CI has jq; elsewhere these are reported as skipped.
  it.runIf(HAS_JQ || process.env.CI !== undefined).each(EXAMPLES)(
    'print what is shown: $command',
    async ({ command, option, program, printed }) => {
      const { stdout } = await promote(command.replace(' --format json', ''));
      expect(execFileSync('jq', [option, program], { input: stdout, encoding: 'utf8' })).toBe(printed);
    },
  );
});

// `runPromote` compares each output with its schema, so that these fail where a key is missing or not described.
describe('the JSON of a built command matches its schema', () => {
  const image = 'oci:../registries/build/api:1.1.0';
  it.each([
    [0, 'check --offline'],
    [0, 'status'],
    [0, 'history dev'],
    [0, 'board --out ../site --public --verify'],
    [1, 'board --out ../site'],
    [2, 'board'],
    [0, 'explain production'],
    [0, 'verify production'],
    [0, 'verify production --repair --approved-by alice'],
    [0, `inspect oci:../registries/production/api:1.1.0`],
    [0, 'verify oci:../registries/production/api:1.1.0 --key ../cosign.pub'],
    [3, 'verify oci:../registries/build/api:1.1.0 --key ../cosign.pub'],
    [0, `copy ${image} oci:../registries/other/api:1.1.0`],
    [0, 'sign oci:../registries/other/api:1.1.0 --key ../cosign.key'],
    [4, `plan dev --image api=${image.replace('1.1.0', '1.0.0')} --allow-backward --exit-code`],
    [5, 'rollback production --reason worse --yes --exit-code'],
    [0, 'rollback production --reason worse --yes --approved-by alice'],
    [0, 'status'],
    [3, 'plan production'],
    [0, 'hold qa api --all --reason broken'],
    [0, 'apply qa'],
    [0, 'lift qa api'],
    [0, 'apply qa'],
    [2, 'refresh --dry-run'],
    [2, 'mirror --dry-run'],
    [2, 'plan nowhere'],
    [2, 'plan --format'],
  ])('%i %s', async (code, command) => {
    const ran = await promote(command);
    expect(ran).toMatchObject({ code });
    expect(JSON.parse(ran.stdout)).toMatchObject({ version: 1 });
  });

  it.each([
    [3, 'status --exit-code'],
    [2, 'check --offline'],
    [3, 'verify production'],
    [0, 'history production'],
    [2, 'metrics'],
  ])('%i %s, where the holds cannot be read', async (code, command) => {
    writeFileSync(join(gitops, 'promote-holds.yaml'), '- { environment: production }\n');
    const git = (...args: readonly string[]) => execFileSync('git', ['-C', gitops, ...args], { env: env() });
    git('add', '.');
    const person = ['-c', 'user.name=ada', '-c', 'user.email=ada@example.com'];
    git(...person, 'commit', '--quiet', '--allow-empty', '--message', 'Break the holds');
    const { stdout, stderr, ...ran } = await (command === 'metrics'
      ? runPromote(gitops, env(), ['metrics'])
      : promote(command));
    expect([ran.code, stdout + stderr]).toEqual([
      code,
      expect.stringMatching(/promote-holds\.yaml cannot be read/),
    ]);
  });

  it('0 init --yes', async () => {
    rmSync(join(gitops, 'environments.yaml'));
    expect(await promote('init --yes')).toMatchObject({ code: 0 });
  });
});

function env() {
  return { PATH: process.env.PATH, HOME: directory, COSIGN_PASSWORD: '' };
}
