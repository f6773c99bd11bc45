import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { type ForgejoPlace, forgejoPlace } from '../e2e/forgejo-place.ts';
import { createPullStage } from '../e2e/review-stage.ts';
import { pushFiles } from '../forges/forgejo-fixture.ts';
import { GIT } from '../git/fixture.ts';
import { tokenOf } from '../servers/forgejo.ts';

const WORKFLOW = z.strictObject({
  name: z.string(),
  on: z.record(z.string(), z.unknown()),
  concurrency: z.strictObject({ group: z.string(), 'cancel-in-progress': z.literal(false) }).optional(),
  jobs: z.record(
    z.string(),
    z.strictObject({
      if: z.string().optional(),
      'runs-on': z.literal('docker'),
      container: z.strictObject({ image: z.literal('<image>@<digest>') }),
      steps: z.tuple([z.strictObject({ env: z.record(z.string(), z.string()), run: z.string() })]),
    }),
  ),
});

async function read(name: string) {
  return WORKFLOW.parse(
    parse(await readFile(join(import.meta.dirname, `../../templates/forgejo/${name}.yml`), 'utf8')),
  );
}

/** The one step of a workflow as Actions run it: its variables filled in, its words as the shell splits them. */
async function stepOf(
  name: string,
  { server }: Pick<ForgejoPlace, 'server'>,
  inputs: Readonly<Record<string, string>> = {},
  named?: string,
) {
  const { jobs } = await read(name);
  const job = named === undefined ? Object.values(jobs)[0] : jobs[named];
  const contexts: Record<string, string> = {
    'secrets.PROMOTE_FORGEJO_TOKEN': tokenOf('promote'),
    'github.server_url': server.url,
    'github.repository': 'acme/gitops',
    ...Object.fromEntries(
      Object.entries(inputs).map(([name, text]) => [name.includes('.') ? name : `inputs.${name}`, text]),
    ),
  };
  const [{ env: given, run }] = job?.steps ?? [{ env: {}, run: '' }];
  const env = Object.fromEntries(
    Object.entries(given).map(([key, text]) => [
      key,
      text.replaceAll(/\$\{\{ ([\w.]+) \}\}/g, (_, context) => contexts[context] ?? expect.fail(context)),
    ]),
  );
  const script = `promote() { printf '%s\\0' promote "$@"; }\n${run}`;
  const said = execFileSync('/bin/sh', ['-ec', script], { env, encoding: 'utf8' });
  return { env, words: said.split('\0').slice(0, -1) };
}

describe('the workflows that are started by hand', () => {
  const server = { url: 'https://git.example.com' } as ForgejoPlace['server'];
  const file = ['--file', 'https://git.example.com/acme/gitops//environments.yaml@main'];

  it('roll back what is asked for, and no input is more than a word', async () => {
    const reason = '"; rm -rf ~; echo $(id)\n--restore';
    const asked = { environment: 'production', to: '', image: '', reason };
    const begun = ['promote', 'rollback', 'production', '--yes', ...file, '--reason', reason];
    expect((await stepOf('rollback', { server }, asked)).words).toEqual(begun);
    const further = { ...asked, to: '-x 1.0.0', image: 'api --force' };
    expect((await stepOf('rollback', { server }, further)).words).toEqual([
      ...begun,
      '--to=-x 1.0.0',
      '--image=api --force',
    ]);
  });

  it.each([
    ['refresh', ['promote', 'apply', 'production', ...file]],
    [
      'rollback',
      [
        'promote',
        'rollback',
        'production',
        '--yes',
        ...file,
        '--reason',
        'asked for in https://git.example.com/1',
      ],
    ],
  ])('take the command %s from a comment', async (job, words) => {
    const { on, jobs } = await read('comment');
    expect(on).toEqual({ issue_comment: { types: ['created'] } });
    expect(jobs[job]?.if).toBe(`github.event.is_pull && github.event.comment.body == '/promote ${job}'`);
    const event = { 'github.event.comment.html_url': 'https://git.example.com/1' };
    expect((await stepOf('comment', { server }, event, job)).words).toEqual(words);
  });

  it.each([
    ['/promote rollback', 'rollback-production'],
    ['/promote refresh', 'promote-production'],
    ['nice', '7'],
  ])('wait for the comment %s in a group where nothing else does', async (body, group) => {
    const { concurrency } = await read('comment');
    const [, expression = ''] = /^\$\{\{ (.*) \}\}$/.exec(concurrency?.group ?? '') ?? [];
    const chosen = expression.split(' || ').map(way => way.split(' && '));
    const found = chosen.find(way => way.length === 1 || way[0] === `github.event.comment.body == '${body}'`);
    expect(found?.at(-1)?.replace('github.run_id', "'7'")).toBe(`'${group}'`);
  });

  it('refresh base images', async () => {
    expect((await stepOf('refresh', { server })).words).toEqual(['promote', 'refresh', ...file]);
  });
});

describe.skipIf(GIT === undefined)('the workflows for Forgejo', () => {
  it('propose, and answer for a change by hand', async () => {
    const place = await forgejoPlace();
    const { url, server } = place;
    const { run, release, newest } = await createPullStage(place, ['gates: { approval: { count: 1 } }']);
    await release('1.0.0');
    const file = ['--file', `${url}//environments.yaml@main`];
    const review = await stepOf('review', place);
    expect(review.words).toEqual(['promote', 'apply', 'production', ...file]);
    expect(await run(['apply', 'production'], review.env)).toMatchObject({ code: 0 });
    expect(await newest()).toMatchObject({ branch: 'promote/production/all' });
    const byHand = { 'production/api.yaml': 'image:\n  repository: r.example/x\n  tag: "9"\n' };
    pushFiles(server, byHand, { branch: 'by-hand', on: 'main' });
    const opened = { head: 'by-hand', base: 'main', title: 'By hand' };
    await server.as('alice', 'POST', 'pulls', opened);
    const directory = await mkdtemp(join(tmpdir(), 'promote-workflow-'));
    onTestFinished(() => rm(directory, { recursive: true, force: true }));
    const event = join(directory, 'event.json');
    const number = server.world.pulls.length;
    await writeFile(
      event,
      JSON.stringify({ pull_request: { number, head: { repo: { full_name: 'acme/gitops' } } } }),
    );
    const gate = await stepOf('gate', place);
    expect(gate.words).toEqual(['promote', 'gate', ...file]);
    const given = { GITHUB_EVENT_NAME: 'pull_request_target', GITHUB_EVENT_PATH: event };
    expect(await run(['gate'], { ...gate.env, ...given })).toMatchObject({ code: 3 });
    expect(server.world.statuses.at(-1)).toMatchObject({ context: 'promote/gate', status: 'failure' });
  });
});
