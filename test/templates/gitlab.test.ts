import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { createProgram } from '../../src/cli/program.ts';
import { CLI } from '../built/run-promote.ts';
import { type Job, jobsOf, readTemplate } from './template.ts';

const ROOT = join(import.meta.dirname, '../..');
const NAMES = readdirSync(join(ROOT, 'templates')).flatMap(name => name.match(/^(.*)\.yml$/)?.[1] ?? []);
/** In place of promote: prints its words, a line each. */
const ECHO = 'printf %s\\n';

/** Runs a job's script as the runner's shell does, in a checkout that holds a file. */
async function run({ script, variables }: Job) {
  const directory = await mkdtemp(join(tmpdir(), 'promote-job-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  await writeFile(join(directory, 'README.md'), '');
  const { status, stdout, stderr } = spawnSync('sh', ['-ec', script.join('\n')], {
    encoding: 'utf8',
    cwd: directory,
    env: { PATH: process.env.PATH, HOME: directory, ...variables },
  });
  expect(status, stderr).toBe(0);
  return { output: stdout, seen: stderr, directory };
}

/** Throws for a command line that promote does not know. */
function assertKnown(words: readonly string[]): void {
  const nothing = { write: () => undefined };
  const io = { cwd: ROOT, env: {}, stdout: nothing, stderr: nothing, signal: AbortSignal.abort() };
  const program = createProgram(
    io,
    () => undefined,
    async () => 0,
  );
  const command = program.commands.find(one => one.name() === words[0]);
  const options = words.filter(word => /^--./.test(word));
  expect(command?.options.map(({ long }) => long)).toEqual(expect.arrayContaining(options));
}

describe('GitLab components', () => {
  it.each(NAMES)('%s documents and types each input, and uses no other', name => {
    const { inputs, body } = readTemplate(name);
    for (const [input, { description, type, options, default: value }] of Object.entries(inputs)) {
      expect(description, input).not.toBe('');
      if (value === undefined) continue;
      expect(Array.isArray(value) ? 'array' : typeof value, input).toBe(type);
      if (options !== undefined) expect(options, input).toContain(value);
    }
    const used = [...body.matchAll(/\$\[\[ inputs\.([\w-]+) \]\]/g)].map(([, input]) => input);
    expect([...new Set(used)].toSorted()).toEqual(Object.keys(inputs).toSorted());
  });

  it.each(NAMES)('%s runs what the named image holds, and names no package or image itself', name => {
    const { inputs, body } = readTemplate(name);
    expect(inputs.command?.default).toBe('promote');
    expect(inputs.container).toMatchObject({ type: 'string' });
    // Nothing is released yet: a default would be a name that somebody else may take.
    expect(inputs.container).not.toHaveProperty('default');
    for (const image of body.matchAll(/^\s*image: *(.*)$/gm))
      expect(image[1]).toBe('$[[ inputs.container ]]');
  });

  it.each(NAMES)('%s puts inputs into no shell text', name => {
    const { body } = readTemplate(name);
    const raw = jobsOf({ inputs: {}, body: body.replaceAll('$[[', 'INPUT[[') }, {});
    expect(raw.size).toBeGreaterThan(0);
    for (const [, { script }] of raw) expect(script.join()).not.toContain('INPUT[[');
  });

  it('apply one environment: one at a time, as a deployment, with the images word by word', async () => {
    const given = { environment: 'qa', images: 'api=r.example/api@sha256:1\n  web * $(id)', command: ECHO };
    const job = jobsOf(readTemplate('promote'), given).get('apply qa');
    expect(job).toMatchObject({ environment: { name: 'qa', action: 'start' }, resource_group: 'promote/qa' });
    const { output } = await run(job ?? expect.fail());
    const words = output.trimEnd().split('\n');
    const images = ['api=r.example/api@sha256:1', 'web', '*', '$(id)'].flatMap(image => ['--image', image]);
    expect(words).toEqual(['apply', 'qa', '--file', 'environments.yaml', ...images]);
    assertKnown(words);
  });

  it('share the images of a plan out, and end with one writer', async () => {
    const given = { environment: 'qa', shards: 4, 'approved-by': 'alice', command: ECHO };
    const jobs = jobsOf(readTemplate('fleet'), given);
    const [shard, apply] = ['shard qa', 'apply qa'].map(name => jobs.get(name) ?? expect.fail());
    expect(shard).toMatchObject({
      parallel: 4,
      needs: ['plan qa'],
      allow_failure: true,
      environment: { action: 'prepare' },
    });
    expect(apply).toMatchObject({ needs: ['plan qa', 'shard qa'], resource_group: 'promote/qa' });
    const variables = { ...shard?.variables, CI_NODE_INDEX: '3', CI_NODE_TOTAL: '4' };
    const carried = ['apply', '--plan', 'plan-qa.json', '--file', 'environments.yaml'];
    const approved = ['--approved-by', 'alice'];
    const words = async (job: Job) => (await run(job)).output.trimEnd().split('\n');
    const shared = await words({ ...(shard ?? expect.fail()), variables });
    expect(shared).toEqual([...carried, '--only', 'images', '--shard', '3/4', ...approved]);
    assertKnown(shared);
    expect(await words(apply ?? expect.fail())).toEqual([...carried, ...approved]);
    const planned = await words(jobs.get('plan qa') ?? expect.fail());
    expect(planned).toEqual([
      'plan',
      'qa',
      '--file',
      'environments.yaml',
      '--out',
      'plan-qa.json',
      ...approved,
    ]);
  });

  it('plan one environment without a deployment', async () => {
    const given = { environment: 'qa', action: 'plan', file: "it's here.yaml", command: ECHO };
    const job = jobsOf(readTemplate('promote'), given).get('plan qa');
    // Jobs with an environment are for those who may deploy: https://gitlab.com/gitlab-org/gitlab/-/issues/300784
    expect(job?.environment).toBeUndefined();
    const words = (await run(job ?? expect.fail())).output.trimEnd().split('\n');
    expect(words).toEqual(['plan', 'qa', '--file', "it's here.yaml", '--out', 'plan-qa.json']);
    assertKnown(words);
  });

  it('carry out the plan of an earlier job, and only that', async () => {
    const given = {
      environment: 'qa',
      plan: 'earlier',
      images: 'api',
      'approved-by': 'alice bob',
      tickets: 'OPS-1 #2',
      command: ECHO,
    };
    const job = jobsOf(readTemplate('promote'), given).get('apply qa');
    const words = (await run(job ?? expect.fail())).output.trimEnd().split('\n');
    const approved = ['--approved-by', 'alice', '--approved-by', 'bob'];
    const carried = ['--plan', 'plan-qa.json', '--ticket', 'OPS-1', '--ticket', '#2'];
    expect(words).toEqual(['apply', 'qa', '--file', 'environments.yaml', ...approved, ...carried]);
    assertKnown(words);
  });

  it.each([
    ['true', ['--public']],
    ['false', []],
  ])('leave what not everybody may read out of the site, unless told: %s', async (isPublic, options) => {
    const given = { public: isPublic, file: "it's here.yaml", command: ECHO };
    const job = jobsOf(readTemplate('board'), given).get('pages');
    const words = (await run(job ?? expect.fail())).output.trimEnd().split('\n');
    expect(words).toEqual(['board', '--out', 'public', '--file', "it's here.yaml", ...options]);
    assertKnown(words);
  });

  it('keep one issue, one run after the other', async () => {
    const given = { file: "it's here.yaml", command: ECHO };
    const job = jobsOf(readTemplate('vulnerabilities'), given).get('vulnerabilities in what runs');
    expect(job?.resource_group).toBe('promote/vulnerabilities');
    const words = (await run(job ?? expect.fail())).output.trimEnd().split('\n');
    expect(words).toEqual(['vulnerabilities', '--open-issue', '--file', "it's here.yaml"]);
    assertKnown(words);
  });

  it('roll one environment back by a button, as far and for the reason that it is given', async () => {
    const given = {
      environment: 'qa',
      reason: "it's $(slow)",
      images: 'api web',
      steps: '2',
      'approved-by': 'alice',
      tickets: 'OPS-1 #2',
      force: 'true',
      command: ECHO,
    };
    const job = jobsOf(readTemplate('rollback'), given).get('roll back qa');
    expect(job?.resource_group).toBe('rollback/qa');
    expect(job?.rules?.at(-1)).toMatchObject({ when: 'manual' });
    const words = (await run(job ?? expect.fail())).output.trimEnd().split('\n');
    const who = ['--image', 'api', '--image', 'web', '--approved-by', 'alice'];
    const tickets = ['--ticket', 'OPS-1', '--ticket', '#2'];
    const asked = [...who, ...tickets, '--steps', '2', '--reason', "it's $(slow)", '--force'];
    expect(words).toEqual(['rollback', 'qa', '--yes', '--file', 'environments.yaml', ...asked]);
    assertKnown(words);
  });

  it('roll a protected environment back as a job before planned it', async () => {
    const template = readTemplate('rollback');
    const planned = jobsOf(template, { environment: 'qa', action: 'plan to roll back' });
    expect(planned.get('plan to roll back qa')?.environment).toBeUndefined();
    const job = jobsOf(template, { environment: 'qa', command: ECHO }).get('roll back qa') ?? expect.fail();
    expect(job).toMatchObject({ needs: [{ job: 'plan to roll back qa', optional: true }] });
    const seen = { ...job.variables, PROMOTE_PLAN_DIGEST: 'sha256:1,sha256:2' };
    const words = (await run({ ...job, variables: seen })).output.trimEnd().split('\n');
    const digests = ['--plan-digest', 'sha256:1', '--plan-digest', 'sha256:2'];
    expect(words).toEqual(['rollback', 'qa', '--yes', '--file', 'environments.yaml', ...digests]);
    assertKnown(words);
  });

  it('refresh images, only of the files that are named', async () => {
    const job = jobsOf(readTemplate('refresh'), { paths: 'Dockerfile *', command: ECHO }).get(
      'refresh images',
    );
    const words = (await run(job ?? expect.fail())).output.trimEnd().split('\n');
    expect(words).toEqual(['refresh', '--file', 'environments.yaml', '--', 'Dockerfile', '*']);
    assertKnown(words);
  });

  it('mirror images, only those that are named', async () => {
    const job = jobsOf(readTemplate('mirror'), { names: 'node ruby', command: ECHO }).get('mirror images');
    const words = (await run(job ?? expect.fail())).output.trimEnd().split('\n');
    expect(words).toEqual(['mirror', '--file', 'environments.yaml', '--', 'node', 'ruby']);
    assertKnown(words);
  });

  it('make a pipeline of the environments file, by this very source', async () => {
    const command = `${process.execPath} ${CLI}`;
    const file = join(ROOT, 'environments/full.yaml');
    const given = { file, command, images: 'api=r.example/api:1', container: 'node:25', tags: 'deploy eu' };
    const job = jobsOf(readTemplate('pipeline'), given).get('read-environments');
    const variables = { ...job?.variables, CI_PIPELINE_SOURCE: 'schedule' };
    const { directory, seen } = await run({ ...(job ?? expect.fail()), variables });
    expect(seen).toMatch(/^staging: signed without a key/);
    const made = parse(await readFile(join(directory, 'promote-pipeline.yml'), 'utf8'));
    expect(made['apply dev']).toMatchObject({ image: 'node:25', needs: [], tags: ['deploy', 'eu'] });
    expect(made['apply staging'].needs).toEqual(['apply dev']);
    expect(made['apply dev'].variables).toMatchObject({ PROMOTE_GOES_ON: 'true' });
    expect(made['apply dev'].script).toEqual([
      `${command} apply dev --file '${file}' --image 'api=r.example/api:1'`,
    ]);
  });
});
