import { readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { type Step, useActions } from '../action/step.ts';
import { describeWith, runProgram } from '../servers/tools.ts';

const ROOT = join(import.meta.dirname, '../..');
const workflow = z.object({
  jobs: z.object({
    action: z.object({
      steps: z.array(
        z.object({
          run: z.string().optional(),
          uses: z.string().optional(),
          if: z.string().optional(),
          with: z.record(z.string(), z.unknown()).optional(),
        }),
      ),
    }),
  }),
});

describeWith(['git'], 'our own workflow', () => {
  const runStep = useActions();

  it('uses every action, and each of its steps on the demo ends well', async () => {
    const { steps } = workflow.parse(parse(readFileSync(join(ROOT, '.github/workflows/ci.yml'), 'utf8'))).jobs
      .action;
    const actions = steps.flatMap(({ uses = '', ...step }) => {
      const [, action] = /^\.\/actions\/(\w+)$/.exec(uses) ?? [];
      return action === undefined ? [] : [{ ...step, action: action as Step['action'] }];
    });
    const names = ['gate', 'promote', 'refresh', 'rollback', 'status'];
    expect([...new Set(actions.map(({ action }) => action))].sort()).toEqual(names);

    const workspace = await mkdtemp(join(tmpdir(), 'promote-dogfood-'));
    onTestFinished(() => rm(workspace, { recursive: true }));
    await symlink(join(ROOT, 'dist'), join(workspace, 'dist'));
    const prepare = steps.find(({ run = '' }) => run.includes(' demo '))?.run ?? '';
    await runProgram('sh', ['-ec', prepare], { GIT_CONFIG_GLOBAL: '/dev/null' }, workspace);
    const states: unknown[] = [];
    // The gate asks a pull request of this repository.
    for (const { action, with: given = {} } of actions.filter(one => one.action !== 'gate')) {
      const inputs = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, String(value)]));
      const env = { GITHUB_ACTOR: 'alice', GITHUB_EVENT_NAME: 'push' };
      const { failed, log, outputs } = await runStep({ action, inputs, workspace, env });
      expect(failed, log).toBe(false);
      states.push([action, outputs.state ?? outputs.changed ?? 'board' in outputs]);
    }
    expect(states).toEqual([
      ['status', true],
      ['promote', 'nothing'],
      ['rollback', 'done'],
      ['refresh', 'false'],
    ]);
  });
});

describeWith(['git'], 'our own pipeline on GitLab', () => {
  it('includes a component of ours from its sources, and runs what the pipeline has built', async () => {
    const project = await mkdtemp(join(tmpdir(), 'promote-pipeline-'));
    onTestFinished(() => rm(project, { recursive: true }));
    await mkdir(join(project, 'templates'));
    for (const path of ['.gitlab-ci.yml', 'templates/gate.yml'])
      await cp(join(ROOT, path), join(project, path));
    const git = (...args: readonly string[]) => runProgram('git', ['-C', project, ...args]);
    await git('init', '--quiet', '--initial-branch=main');
    await git('remote', 'add', 'origin', 'git@gitlab.example.com:acme/promote.git');
    await git('add', '.');
    const local = join(ROOT, 'node_modules/.bin/gitlab-ci-local');
    const { stdout } = await runProgram(local, ['--preview'], {}, project);
    const job = z
      .object({
        image: z.unknown(),
        needs: z.array(z.unknown()),
        script: z.array(z.string()),
        variables: z.object({}).loose(),
      })
      .parse(parse(stdout)['answer for merge request']);
    expect(JSON.stringify(job.image)).toContain('$CI_IMAGE');
    expect(JSON.stringify(job.needs)).toContain('"build"');
    expect(job.script).toEqual([expect.stringContaining('$PROMOTE_COMMAND gate --in-pipeline')]);
    expect(job.variables).toMatchObject({
      PROMOTE_COMMAND: 'node dist/cli.js',
      PROMOTE_FILE: 'environments/minimal.yaml',
    });
  });
});
