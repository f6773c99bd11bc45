import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { JOB_TOKEN } from '../servers/github/job-token.ts';
import { createStage, type Stage } from './github-stage.ts';
import { type Ended, useActions } from './step.ts';

const OURS = /actions\/(promote|status|rollback)@/;
const strings = z.record(z.string(), z.unknown());
const workflow = z.object({
  jobs: z.record(
    z.string(),
    z.object({
      permissions: z.record(z.string(), z.string()),
      steps: z.array(z.object({ uses: z.string().optional(), with: strings.optional() })),
    }),
  ),
});

/** Runs the action of a template's job as GitHub does: with the job's own token and what it is granted. */
async function runJob(
  { run, server }: Stage,
  [template, job]: readonly [string, string],
  values: Readonly<Record<string, string>> = {},
  comment?: { readonly id: number; readonly login: string },
): Promise<Ended> {
  const path = join(import.meta.dirname, '../../templates/github', `${template}.yml`);
  const { permissions, steps } = workflow.parse(parse(readFileSync(path, 'utf8'))).jobs[job] ?? { steps: [] };
  const { uses = '', with: given = {} } = steps.find(step => OURS.test(step.uses ?? '')) ?? {};
  const action = z.enum(['promote', 'status', 'rollback']).parse(OURS.exec(uses)?.[1]);
  const filled = (text: string) => text.replace(/\$\{\{ (.*?) \}\}/g, (_, name) => values[name] ?? '');
  const inputs = Object.fromEntries(
    Object.entries(given).map(([name, text]) => [name, filled(String(text))]),
  );
  server.world.settings.grants = permissions ?? {};
  const started = { env: { GITHUB_EVENT_NAME: 'workflow_dispatch', GITHUB_ACTOR: 'rita' } };
  const commented = comment && {
    event: { action: 'created', sender: comment, comment: { user: comment } },
    env: {
      GITHUB_EVENT_NAME: 'issue_comment',
      GITHUB_ACTOR: comment.login,
      GITHUB_ACTOR_ID: `${comment.id}`,
    },
  };
  const step = commented ?? (template === 'rollback' ? started : {});
  const ended = await run(action, { token: JOB_TOKEN, ...inputs }, step);
  delete server.world.settings.grants;
  return ended;
}

describe("a template's job gets along with the permissions it has", () => {
  const runStep = useActions();

  it('promotes on review', async () => {
    const stage = await createStage(
      runStep,
      'gates: { approval: { count: 1 } }\n    pullRequest: { merge: automatic, labels: [promotion], reviewers: [alice] }',
    );
    await stage.release('1.0.0');
    expect((await runJob(stage, ['review', 'promote'])).outputs.state).toBe('waiting');
    await stage.server.as('alice', 'POST', 'pulls/1/reviews', { event: 'APPROVE', body: 'good' });
    expect((await runJob(stage, ['review', 'promote'])).outputs.state).toBe('done');
  });

  it('promotes in a protected environment', async () => {
    const stage = await createStage(runStep, 'gates: { approval: { by: environment } }\n    commit: direct');
    await stage.release('1.0.0');
    const planned = await runJob(stage, ['protected-environment', 'plan']);
    expect(planned.outputs).toMatchObject({ state: 'waiting', changed: 'true' });
    const environments = [{ id: 1, name: 'production' }];
    const user = { id: 5, login: 'alice' };
    stage.server.world.approvals.set(7, [{ state: 'approved', comment: 'go', environments, user }]);
    const digest = { 'needs.plan.outputs.plan-digest': planned.outputs['plan-digest'] ?? '' };
    const promoted = await runJob(stage, ['protected-environment', 'promote'], digest);
    expect(promoted.outputs.state).toBe('done');
  });

  it('sweeps, and shows the board', async () => {
    const stage = await createStage(runStep, 'pullRequest: { merge: automatic }');
    await stage.release('1.0.0');
    const swept = await runJob(stage, ['sweep', 'promote'], { 'matrix.environment': 'production' });
    expect(swept.outputs.state).toBe('done');
    expect((await runJob(stage, ['sweep', 'status'])).summary).toContain('| api |');
  });

  it('rolls back', async () => {
    const stage = await createStage(runStep);
    for (const version of ['1.0.0', '1.1.0']) await stage.release(version);
    const values = { 'inputs.environment': 'dev', 'inputs.reason': 'too slow' };
    expect((await runJob(stage, ['rollback', 'rollback'], values)).outputs.state).toBe('done');
  });

  it('takes commands from comments, of those alone who may write', async () => {
    const stage = await createStage(runStep, 'gates: { approval: { count: 1 } }');
    const { server } = stage;
    for (const version of ['1.0.0', '1.1.0']) await stage.release(version);
    const person = async (login: string) => {
      const { body } = await server.as('alice', 'GET', `collaborators/${login}/permission`);
      const { user } = z.object({ user: z.object({ id: z.number() }) }).parse(body);
      return { id: user.id, login };
    };
    const refused = await runJob(stage, ['comment', 'refresh'], {}, await person('mallory'));
    expect(refused.failed).toBe(true);
    expect(refused.log).toContain('promote does nothing on a comment of mallory');
    const refreshed = await runJob(stage, ['comment', 'refresh'], {}, await person('alice'));
    expect(refreshed.outputs).toMatchObject({ state: 'waiting', changed: 'true' });
    // Who asked by a comment gives no review of it.
    await server.as('alice', 'POST', 'pulls/1/reviews', { event: 'APPROVE', body: 'good' });
    expect((await runJob(stage, ['review', 'promote'])).outputs.state).toBe('waiting');
  });

  it('and fails with the name of the one it lacks', async () => {
    const stage = await createStage(runStep);
    await stage.release('1.0.0');
    stage.server.world.settings.grants = { contents: 'write', statuses: 'write' };
    const { failed, log } = await stage.run('promote', { environment: 'production', token: JOB_TOKEN });
    expect(failed).toBe(true);
    expect(log).toMatch(/needs pull-requests: (read|write)/);
  });
});
