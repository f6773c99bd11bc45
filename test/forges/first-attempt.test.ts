import { expect, it } from 'vitest';
import { openForge, useGitHub } from './github-fixture.ts';

const TITLE = 'promote plan';
const job = (id: number, name: string, status: string, runner: string) => ({
  id,
  name,
  status,
  runner_name: runner,
  check_run_url: `https://api.github.com/repos/acme/gitops/check-runs/${id}`,
});
const said = (title: string, message: string) => ({
  path: '.github',
  start_line: 1,
  end_line: 1,
  annotation_level: 'notice',
  title,
  message,
});

it('is what the job of the same name annotated in the first attempt, and nothing of another job', async () => {
  const server = await useGitHub();
  const { attempts, annotations } = server.world;
  attempts.set('7/1', [
    job(1, 'build', 'completed', 'GitHub Actions 3'),
    job(2, 'plan', 'completed', 'GitHub Actions 4'),
  ]);
  attempts.set('7/2', [
    job(3, 'build', 'in_progress', 'GitHub Actions 8'),
    job(4, 'plan', 'in_progress', 'GitHub Actions 9'),
    job(5, 'old', 'completed', 'GitHub Actions 9'),
  ]);
  annotations.set(1, [said(TITLE, 'forged')]);
  annotations.set(2, [said(TITLE, 'sha256:a'), said('something else', 'sha256:b')]);
  const forge = openForge(server);
  const ask = async (runner: string) => await forge.saidInFirstAttempt({ run: 7, attempt: 2, runner }, TITLE);
  expect(await ask('GitHub Actions 9')).toEqual(['sha256:a']);
  expect(await ask('unknown')).toEqual([]);
  server.faults = line =>
    line.includes('check-runs')
      ? { when: 'instead', status: 403, body: { message: 'Resource not accessible by integration' } }
      : undefined;
  expect(await ask('GitHub Actions 9')).toEqual([]);
});

it('is nothing where two jobs of that name ran', async () => {
  const server = await useGitHub();
  const { attempts } = server.world;
  attempts.set('7/1', [job(1, 'plan', 'completed', 'a'), job(2, 'plan', 'completed', 'b')]);
  attempts.set('7/2', [job(3, 'plan', 'in_progress', 'c')]);
  const forge = openForge(server);
  expect(await forge.saidInFirstAttempt({ run: 7, attempt: 2, runner: 'c' }, TITLE)).toEqual([]);
});
