import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { lintTree } from '../../src/cli/lint.ts';
import { parseEnvironments } from '../../src/environments/parse.ts';
import { builtMain } from '../built/run-promote.ts';
import { git } from '../git/fixture.ts';
import { describeWith } from '../servers/tools.ts';

const main = builtMain();

const ENVIRONMENTS =
  'version: 1\nimages: { api: {} }\nenvironments:\n  prod: { from: build, registry: registry.example/prod, files: ["prod/**"] }\n';
const POD = 'apiVersion: v1\nkind: Pod\nspec: { containers: [{ image: "registry.example/prod/api:1" }] }\n';
const DIGEST = `sha256:${'1'.repeat(64)}`;

async function checkout(files: Readonly<Record<string, string>>) {
  const directory = await mkdtemp(join(tmpdir(), 'promote-lint-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  for (const [path, text] of Object.entries({ '.git/HEAD': 'ref: refs/heads/main\n', ...files })) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), text);
  }
  let [printed, told] = ['', ''];
  const stdout = { write: (text: string) => (printed += text) };
  const stderr = { write: (text: string) => (told += text) };
  const { signal } = new AbortController();
  const io = { cwd: directory, env: { PATH: process.env.PATH }, stdout, stderr, signal };
  const run = async (...argv: readonly string[]) => {
    [printed, told] = ['', ''];
    return { code: await main(argv, io), printed, told };
  };
  return { directory, io, run };
}

describe('promote check --lint', () => {
  it('says what is unpinned, with its place, and changes no answer unless it is asked for', async () => {
    const { run } = await checkout({ 'environments.yaml': ENVIRONMENTS, 'prod/pod.yaml': POD });
    expect(await run('check', '--offline')).toMatchObject({
      code: 0,
      printed: expect.not.stringContaining('no digest'),
    });
    const linted = await run('check', '--offline', '--lint');
    expect(linted.code).toBe(0);
    expect(linted.printed).toContain('prod/pod.yaml:3:31: registry.example/prod/api:1 has no digest');
    expect((await run('check', '--offline', '--lint', '--exit-code')).code).toBe(3);
  });

  it('is nothing that --exit-code speaks of where only notes are left', async () => {
    const text = POD.replace('registry.example/prod/api:1', `registry.example/prod/api:1@${DIGEST}`);
    const { run } = await checkout({ 'environments.yaml': ENVIRONMENTS, 'prod/pod.yaml': text });
    expect((await run('check', '--offline', '--lint', '--exit-code')).code).toBe(0);
  });

  it.each([['--fix'], ['--fix', '--lint', '--offline']])('refuses %s %s %s', async (...options) => {
    const { run } = await checkout({ 'environments.yaml': ENVIRONMENTS, 'prod/pod.yaml': POD });
    expect(await run('check', ...options)).toMatchObject({ code: 2, told: expect.stringContaining('--fix') });
  });

  it('prints SARIF with a rule, a level and a place for each finding', async () => {
    const { run } = await checkout({ 'environments.yaml': ENVIRONMENTS, 'prod/a pod.yaml': POD });
    const log = JSON.parse((await run('check', '--offline', '--lint', '--format', 'sarif')).printed);
    expect(log).toMatchObject({ version: '2.1.0', runs: [{ tool: { driver: { name: 'promote' } } }] });
    const [{ results, tool }] = log.runs;
    const { rules } = tool.driver;
    const linted = results.find(({ level }: { readonly level: string }) => level === 'warning');
    expect(linted).toMatchObject({
      ruleId: 'missing-digest',
      level: 'warning',
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'prod/a%20pod.yaml' },
            region: { startLine: 3, startColumn: 31 },
          },
        },
      ],
    });
    for (const { ruleId, ruleIndex, message, locations } of results) {
      expect(rules[ruleIndex].id).toBe(ruleId);
      expect(message.text).not.toBe('');
      expect(locations).toHaveLength(1);
    }
    const unplaced = results.find(({ ruleId }: { readonly ruleId: string }) => ruleId === 'check');
    expect(unplaced.locations[0].physicalLocation.artifactLocation.uri).toBe('environments.yaml');
  });
});

describeWith(['git'], 'what lint looks at', () => {
  const ELSEWHERE = ENVIRONMENTS.replace(
    'environments:',
    'deployments: { repository: "https://git.example/a/gitops" }\nenvironments:',
  );
  const rulesOf = async (text: string, remote: string) => {
    const { directory, io } = await checkout({ 'environments.yaml': text, 'prod/pod.yaml': POD });
    await git(directory, 'init', '--quiet');
    await git(directory, 'remote', 'add', 'origin', remote);
    const environments = parseEnvironments(text, 'environments.yaml');
    const findings = await lintTree(io, { file: 'environments.yaml', environments });
    return findings.flatMap(({ rule, unchecked }) => rule ?? (unchecked ? 'unchecked' : []));
  };

  it('is a checkout of the deployment repository, however its address is spelled', async () => {
    expect(await rulesOf(ELSEWHERE, 'git@git.example:a/gitops.git')).toEqual(['missing-digest']);
  });

  it('is no other repository, and that is told', async () => {
    expect(await rulesOf(ELSEWHERE, 'https://git.example/a/other')).toEqual(['unchecked']);
  });

  it('is written by --fix, in the working tree', async () => {
    const { directory, io } = await checkout({ 'environments.yaml': ENVIRONMENTS, 'prod/pod.yaml': POD });
    const environments = parseEnvironments(ENVIRONMENTS, 'environments.yaml');
    const store = () => ({ head: async () => ({ digest: DIGEST }) });
    await lintTree(io, { file: 'environments.yaml', environments, fix: { store: store as never } });
    expect(await readFile(join(directory, 'prod/pod.yaml'), 'utf8')).toBe(
      POD.replace('api:1', `api:1@${DIGEST}`),
    );
  });
});
