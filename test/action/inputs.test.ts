import { describe, expect, it } from 'vitest';
import { whyWithheld } from '../../src/action/output.ts';
import { build } from '../e2e/shop.ts';
import { pushFiles } from '../forges/github-fixture.ts';
import { createStage } from './github-stage.ts';
import { useActions } from './step.ts';

const PRODUCTION = { environment: 'production' };
const PLAN = { ...PRODUCTION, 'plan-only': 'true' };

describe('what goes into an action, and comes out', () => {
  const runStep = useActions();

  it.each([
    ['web\napi=ghcr.io/acme/api@', 2, 'empty'],
    ['api=ghcr.io/acme/api:', 1, 'empty'],
    ['api=', 1, 'empty'],
    ['web\n\n=ghcr.io/acme/api:1', 3, 'no name'],
    ['api=ghcr.io/acme/api', 1, 'neither'],
    ['api=ghcr.io/acme/API:1', 1, 'lower-case'],
    ['api, web', 1, 'more than one'],
    ['api\nweb\napi=ghcr.io/acme/api:1', 3, 'twice'],
  ])('names the input, the line and an example where images are %j', async (images, line, why) => {
    const { failed, log } = await runStep({ action: 'promote', inputs: { environment: 'dev', images } });
    expect(failed).toBe(true);
    expect(log).toMatch(new RegExp(`input images, line ${line}: .*${why}`));
    expect(log).toContain('api=ghcr.io/acme/build/api@sha256:');
    expect(log).not.toContain('--image');
  });

  it.each([
    ['promote', 'plan-only'],
    ['promote', 'fail-on-closed'],
    ['promote', 'again'],
    ['rollback', 'force'],
    ['rollback', 'fail-on-closed'],
    ['refresh', 'dry-run'],
    ['board', 'public'],
  ] as const)('says before anything else that %s takes true or false for %s', async (action, name) => {
    const { failed, log } = await runStep({ action, inputs: { ...PRODUCTION, [name]: 'yes' } });
    expect(failed).toBe(true);
    expect(log).toContain(`inputs: ${name} is "yes"`);
    expect(log).toContain(`write ${name}: true`);
    expect(log).not.toContain('unexpected');
  });

  it.each(['promote', 'rollback'] as const)('says that %s takes no words for tickets', async action => {
    const inputs = { ...PRODUCTION, tickets: 'OPS-1\nsee OPS-2' };
    const { failed, log } = await runStep({ action, inputs });
    expect(failed).toBe(true);
    expect(log).toContain('ticket "see OPS-2": expected a ticket');
  });

  it.each([0, 30])('counts the problems that get no annotation: %i', async more => {
    const { server, run } = await createStage(runStep);
    const unknown = Array.from({ length: more + 3 }, (_, index) => `unknown${index}: 1\n`);
    await pushFiles(server, { 'environments.yaml': `version: 1\n${unknown.join('')}` });
    const { commands, log } = await run('status');
    const errors = commands.filter(({ name }) => name === 'error');
    expect(errors.length).toBeLessThanOrEqual(10);
    for (const key of unknown) expect(log).toContain(key.slice(0, -4));
    const counted = errors.map(({ text }) => /^(\d+) more are in the log/.exec(text)?.[1] ?? '').join('');
    const placed = errors.filter(({ properties }) => properties.includes('line=')).length;
    const total = Number(/environments\.yaml@main: (\d+) problems/.exec(log)?.[1]);
    expect(placed + Number(counted)).toBe(total);
  });

  it('hands a plan that is too long for an input on as a file, and takes it back', async () => {
    const { host, server, run, release } = await createStage(runStep);
    const containers = Array.from(
      { length: 700 },
      (_, at) => `    - { name: c${at}, image: "${host}/production/api:0" }\n`,
    );
    const pod = `apiVersion: v1\nkind: Pod\nmetadata: { name: api }\nspec:\n  containers:\n${containers.join('')}`;
    await pushFiles(server, { 'production/values.yaml': pod });
    await release('1.0.0');
    const { plan = '', 'plan-digest': digest } = (await run('promote', PLAN)).outputs;
    expect(plan).toMatch(/^\/.*promote-plan-[0-9a-f]{12}\.json$/);
    const applied = await run('promote', { ...PRODUCTION, plan });
    expect(applied.outputs).toMatchObject({ state: 'waiting', 'plan-digest': digest });
    expect((await run('promote', { ...PRODUCTION, plan: `${plan}.gone` })).failed).toBe(true);
  });

  it('puts no masked value into an output: a job that asks for it would get nothing', async () => {
    const { run, release } = await createStage(runStep);
    await release('1.0.0');
    const secret = build('1.0.0').index.descriptor.digest.slice(10, 40);
    const { outputs, commands, failed } = await run('promote', PLAN, { env: { COSIGN_PASSWORD: secret } });
    expect(failed).toBe(false);
    expect(JSON.stringify(outputs)).not.toContain(secret);
    expect(outputs).toMatchObject({ state: 'waiting', promotions: '' });
    expect(outputs.plan).toMatch(/promote-plan-[0-9a-f]{12}\.json$/);
    const warnings = commands.filter(({ name }) => name === 'warning').map(({ text }) => text);
    expect(warnings).toEqual([expect.stringContaining('promotions')]);
  });

  it.each([
    ['short', 500, false],
    ["longer than GitHub's 1 MB of UTF-16", 500_001, true],
  ])('withholds an output that is %s: %#', (_, length, withheld) => {
    const io = {
      cwd: '/',
      env: {},
      stdout: { write: () => true },
      stderr: { write: () => true },
      signal: new AbortController().signal,
      notice: () => undefined,
      masked: ['secret'],
    };
    expect(whyWithheld(io, 'x'.repeat(length)) !== undefined).toBe(withheld);
  });
});
