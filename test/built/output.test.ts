import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digestOf, parseDigest } from '../../src/oci/digest.ts';
import { OUTPUT_NAMES } from '../../src/reports/schemas/output-schema.ts';
import { githubPlace } from '../e2e/github-place.ts';
import { createStage } from '../e2e/review-stage.ts';
import { onePod, podList } from '../fixtures/pods.ts';
import { pushFiles } from '../forges/github-fixture.ts';
import { blocksOf, linesIn, shownIn } from '../shown.ts';
import { newPrivateKey, publicPem, toPem } from '../signing/keys.ts';
import { trivyReport } from '../vulnerabilities/trivy-report.ts';
import { runPromote } from './run-promote.ts';

const HAS_JQ = spawnSync('jq', ['--version']).status === 0;
const JQ = /^promote (.+?) \| jq (-\w+) '?(.+?)'?$/;
const EXAMPLES = shownIn('docs/json.md').map(({ command, printed }) => {
  const [, asked = '', option = '', program = ''] = JQ.exec(command) ?? [];
  return { asked, option, program, printed };
});
/** Examples whose output depends on the cluster and the registry; each prints something here. */
const OTHERS = ['running', 'clean-ups'].flatMap(page =>
  blocksOf(readFileSync(join(import.meta.dirname, `../../docs/${page}.md`), 'utf8')).flatMap(({ text }) => {
    const [, asked, option = '', program = ''] = JQ.exec(text.trim()) ?? [];
    return asked === undefined ? [] : [{ asked, option, program }];
  }),
);

let directory: string;
let gitops: string;
/** Which command printed which kind of document here. */
const printed = new Set<string>();

async function promote(command: string) {
  const ran = await runPromote(gitops, env(), [...command.split(' '), '--format', 'json']);
  note(command, ran.stdout);
  return ran;
}

function note(command: string, stdout: string): void {
  printed.add(`${command.split(' ')[0]} ${'error' in JSON.parse(stdout) ? 'error' : 'result'}`);
}

/** Commands that fail on a name that the file does not have. */
const NAMING = [
  ...['apply', 'custody', 'explain', 'history', 'hold', 'keep'],
  ...['lift', 'mirror', 'rebuild', 'rollback', 'verify', 'vulnerabilities'],
];

/** An environments file for what the demo's own does not set. */
const MORE = `version: 1
images: { api: { source: "oci:../registries/build/api", rebuild: { github: acme/api, event: rebuild } } }
signing: { key: ../cosign.key }
refresh: {}
mirrors:
  - { name: api, from: "oci:../registries/other/api", to: "oci:../registries/mirror/api", tags: ["1.1.0"] }
environments:
  dev:
    from: build
    registry: [{ push: "oci:../registries/dev", pull: registry.example/dev }]
    files: ["dev/*.yaml"]
    commit: direct
    gates:
      approval: { by: signature, count: 1, signers: [{ name: ada, keys: [../ada.pub] }] }
      vulnerabilities: { max: critical, report: optional, signers: { key: ../ada.pub } }
`;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'output-'));
  gitops = join(directory, 'gitops');
  const { code, stdout } = await runPromote(directory, env(), ['demo', '--directory', directory]);
  expect([code, stdout]).toEqual([0, expect.not.stringContaining('cannot be read')]);
  const ada = newPrivateKey();
  const inspected = await promote('inspect oci:../registries/build/api:1.1.0');
  const manifest = parseDigest(JSON.parse(inspected.stdout).platforms[0].digest);
  const files = {
    'ada.key': toPem(ada),
    'ada.pub': publicPem(ada),
    'pods.json': podList([onePod({ image: `registry.example/production/api@${digestOf('another')}` })]),
    'scan.json': JSON.stringify(trivyReport({ manifest })),
    'gitops/more.yaml': MORE,
  };
  for (const [path, text] of Object.entries(files)) writeFileSync(join(directory, path), text);
});

afterAll(() => rmSync(directory, { recursive: true }));

describe('the examples with jq', () => {
  const jq = (stdout: string, ...args: readonly string[]) =>
    execFileSync('jq', args, { input: stdout, encoding: 'utf8' });

  it('are found', () => expect([EXAMPLES.length, OTHERS.length]).toEqual([6, 2]));

  // A runner of the CI has jq; elsewhere these are reported as skipped.
  const withJq = it.runIf(HAS_JQ || process.env.CI !== undefined);

  withJq.each(EXAMPLES)('print what is shown: $asked', async ({ asked, option, program, printed }) => {
    const { stdout } = await promote(asked.replace(' --format json', ''));
    expect(jq(stdout, option, program)).toBe(printed);
  });

  withJq.each(OTHERS)('print what they are for: $asked', async ({ asked, option, program }) => {
    const { stdout } = await promote(
      asked.replace(' --format json', '').replace(' pods.json', ' ../pods.json'),
    );
    const here = program.replace('ghcr.io/acme/', 'oci:../registries/');
    expect(jq(stdout, option, here)).toMatch(/^(shop\/api-1\n|(sha256:\w+\n){3,})$/);
  });

  it('follow an error that is shown whole', async () => {
    const { stdout } = await promote('plan nowhere');
    expect(stdout).toBe(`${linesIn('docs/json.md').join('\n')}\n`);
  });
});

// `runPromote` compares each output with its schema, so that these fail where a key is missing or not described.
describe('the JSON of a built command matches its schema', () => {
  const image = 'oci:../registries/build/api:1.1.0';
  it.each<[number, string]>([
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
    [2, 'rebuild --dry-run'],
    [2, 'mirror --dry-run'],
    [2, 'plan nowhere'],
    [2, 'plan --format'],
    [0, 'keep'],
    [3, 'custody api'],
    [0, `index oci:../registries/indexed/api:1.1.0 ${image}`],
    [3, 'running production --pods ../pods.json'],
    [0, 'mirror --file more.yaml'],
    [0, 'refresh --dry-run --file more.yaml'],
    [0, 'refresh --deployed --file more.yaml'],
    [1, 'rebuild --dry-run --file more.yaml'],
    [0, 'vulnerabilities --file more.yaml'],
    [0, `report attach ${image.replace('build', 'dev')} ../scan.json --key ../ada.key --file more.yaml`],
    [
      0,
      `plan dev --image api=${image.replace('1.1.0', '1.0.0')} --allow-backward --file more.yaml --out ../plan.json`,
    ],
    [0, 'approve ../plan.json --key ../ada.key --out ../ada.json --file more.yaml'],
    [2, 'status --file nowhere.yaml'],
    [2, 'gate --pull-request 1'],
    [2, 'report attach'],
    [1, 'inspect oci:../registries/none/api:1'],
    [1, 'copy oci:../registries/none/api:1 oci:../registries/none/api:2'],
    [1, 'sign oci:../registries/none/api:1 --key ../cosign.key'],
    [2, 'index oci:../registries/none/api:1'],
    [2, 'approve none.json --key ../ada.key --attach'],
    [2, 'check --file nowhere.yaml'],
    [2, 'init'],
    ...NAMING.map((command): [number, string] => [2, `${command} nowhere`]),
    [2, 'running nowhere --pods ../pods.json'],
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

  it('0 gate --pull-request 1', async () => {
    const place = await githubPlace();
    await createStage(place);
    await pushFiles(place.server, { 'README.md': 'Read me.' }, { branch: 'topic', on: 'main' });
    await place.server.as('alice', 'POST', 'pulls', { title: 'Read', head: 'topic', base: 'main' });
    const file = ['--file', `${place.url}//environments.yaml@main`, '--format', 'json'];
    const answered = await runPromote(directory, place.variables, ['gate', '--pull-request', '1', ...file]);
    expect(answered).toMatchObject({ code: 0, stderr: '' });
    note('gate', answered.stdout);
  });

  // A command that is new fails here until it is above with a result and an error.
  it('is compared for a result and an error of each command', () => {
    const all = OUTPUT_NAMES.filter(name => name !== 'error');
    expect([...printed].sort()).toEqual(all.flatMap(name => [`${name} error`, `${name} result`]).sort());
  });
});

function env() {
  return { PATH: process.env.PATH, HOME: directory, COSIGN_PASSWORD: '' };
}
