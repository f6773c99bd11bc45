import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { assertMayWrite } from '../../src/cli/may-write.ts';

describe('who a run works for', () => {
  it.each<[string, object, boolean]>([
    ['a push', {}, true],
    ['a branch of our own', { pull_request: { head: { repo: { full_name: 'acme/gitops' } } } }, true],
    ['a fork', { pull_request: { head: { repo: { full_name: 'mallory/gitops' } } } }, false],
    ['a fork that is gone', { pull_request: { head: { repo: null } } }, false],
    ["a fork's workflow", { workflow_run: { head_repository: { full_name: 'mallory/gitops' } } }, false],
  ])('is told by the event: %s', async (_, event, may) => {
    const directory = await mkdtemp(join(tmpdir(), 'promote-event-'));
    onTestFinished(() => rm(directory, { recursive: true }));
    const path = join(directory, 'event.json');
    await writeFile(path, JSON.stringify(event));
    const asked = run({ GITHUB_REPOSITORY: 'acme/gitops', GITHUB_EVENT_PATH: path });
    await (may
      ? expect(asked).resolves.toBeUndefined()
      : expect(asked).rejects.toMatchObject({ code: 'FORBIDDEN' }));
  });

  it.each<[string, Record<string, string>]>([
    ['pull_request_target', { GITHUB_EVENT_NAME: 'pull_request_target' }],
    ['an event that cannot be read', { GITHUB_EVENT_PATH: '/nowhere/event.json' }],
    ['a fork on GitLab', { CI_MERGE_REQUEST_SOURCE_PROJECT_ID: '7', CI_PROJECT_ID: '8' }],
  ])('is nobody who may write: %s', async (_, env) => {
    await expect(run(env)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });
});

it.each(['{', '[]', '{"pull_request":{}}'])('an event that is none is named: %s', async text => {
  const directory = await mkdtemp(join(tmpdir(), 'promote-event-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const path = join(directory, 'event.json');
  await writeFile(path, text);
  const refused = { code: 'INVALID', message: expect.stringContaining(path) };
  await expect(run({ GITHUB_EVENT_PATH: path })).rejects.toMatchObject(refused);
});

async function run(env: Readonly<Record<string, string>>): Promise<void> {
  const sink = { write: () => true };
  await assertMayWrite({
    cwd: '/',
    env,
    stdout: sink,
    stderr: sink,
    signal: AbortSignal.timeout(10_000),
  });
}
