import { expect, it } from 'vitest';
import { duration } from '../../src/cli/program/duration.ts';
import { lookUntilSettled, watchIn } from '../../src/cli/wait.ts';
import { PromoteError } from '../../src/errors.ts';
import type { ApplyResult } from '../../src/reports/apply.ts';
import { waitsFor } from '../../src/reports/waits.ts';
import { environment } from '../fixtures/candidates.ts';

/** Looks at answers one after the other, by a clock that only sleeping moves. */
async function looked(limit: number, answers: readonly (string | undefined)[]) {
  let time = 0;
  let looks = 0;
  const told: string[] = [];
  const sleep = async (milliseconds: number) => {
    time += milliseconds;
  };
  const value = await lookUntilSettled(
    { limit, now: () => time, sleep, tell: line => told.push(line) },
    async () => {
      const waits = answers[Math.min(looks, answers.length - 1)];
      looks += 1;
      return { value: waits ?? 'settled', waits };
    },
  );
  return { value, looks, time, told };
}

it('looks again until nothing waits, and tells each wait with what it is for', async () => {
  expect(await looked(1_800_000, ['qa waits for approval', 'qa waits for a check', undefined])).toEqual({
    value: 'settled',
    looks: 3,
    time: 25_000,
    told: [
      'qa waits for approval; looking again in 10 s, for 30 min more',
      'qa waits for a check; looking again in 15 s, for 30 min more',
    ],
  });
});

it('waits no longer than it is told, and says that the time is over', async () => {
  const { value, looks, time, told } = await looked(20_000, ['qa waits']);
  expect([value, looks, time]).toEqual(['qa waits', 3, 20_000]);
  expect(told.at(-1)).toBe('qa waits; nothing has changed that, and the time to wait is over');
});

it('does not wait where nothing has to be waited for', async () => {
  expect(await looked(20_000, [undefined])).toMatchObject({ looks: 1, time: 0, told: [] });
});

it('goes on waiting where a server does not answer meanwhile, and fails where that is so at the end', async () => {
  const down = new PromoteError('UNREACHABLE', 'read of gitops: no answer');
  const wait = async (answers: readonly (string | PromoteError | undefined)[]) => {
    let time = 0;
    let looks = 0;
    const told: string[] = [];
    const sleep = async (milliseconds: number) => {
      time += milliseconds;
    };
    const value = lookUntilSettled(
      { limit: 20_000, now: () => time, sleep, tell: line => told.push(line) },
      async () => {
        const answer = answers[looks++];
        if (answer instanceof PromoteError) throw answer;
        return { value: 'settled', waits: answer };
      },
    );
    return { outcome: await value.catch(error => error), told };
  };
  expect(await wait(['qa waits', down, undefined])).toEqual({
    outcome: 'settled',
    told: [
      'qa waits; looking again in 10 s, for 20 s more',
      'read of gitops: no answer; looking again in 10 s, for 10 s more',
    ],
  });
  expect((await wait(['qa waits', down, down])).outcome).toBe(down);
  expect(await wait([down])).toEqual({ outcome: down, told: [] });
  const wrong = new PromoteError('INVALID', 'damaged');
  expect((await wait(['qa waits', wrong])).outcome).toBe(wrong);
});

it('goes on watching where a server does not answer meanwhile', async () => {
  const ended = new AbortController();
  const answers = ['a', undefined, 'b'];
  let printed = '';
  const sink = { write: (text: string) => (printed += text) };
  const look = async () => {
    const text = answers.shift();
    if (answers.length === 0) ended.abort();
    if (text === undefined) throw new PromoteError('UNREACHABLE', 'no answer');
    return { text, code: 0 };
  };
  expect(
    await watchIn({ stdout: sink, stderr: sink, signal: ended.signal }, look, async () => undefined),
  ).toBe(0);
  expect(printed).toBe('ano answer\nb');
});

it('shows what has changed and nothing twice, until it is ended', async () => {
  const ended = new AbortController();
  const texts = ['a', 'a', 'b', 'b'];
  let printed = '';
  const stdout = { write: (text: string) => (printed += text) };
  const stderr = stdout;
  let looks = 0;
  const look = async () => ({ text: texts[looks++] ?? 'b', code: looks });
  const sleep = async () => {
    if (looks === texts.length) ended.abort();
  };
  expect(await watchIn({ stdout, stderr, signal: ended.signal }, look, sleep)).toBe(4);
  expect(printed).toBe('ab');
});

it('ends quietly where a look is ended, and with the error where it fails', async () => {
  const ended = new AbortController();
  const { signal } = ended;
  const stdout = { write: () => true };
  const stderr = stdout;
  const failing = async () => {
    throw new Error('no branch');
  };
  const sleep = async () => undefined;
  await expect(watchIn({ stdout, stderr, signal }, failing, sleep)).rejects.toThrow('no branch');
  const cancelled = async () => {
    ended.abort();
    return await failing();
  };
  expect(await watchIn({ stdout, stderr, signal }, cancelled, sleep)).toBe(0);
});

it.each([
  ['90s', 90_000],
  ['30m', 1_800_000],
  ['2h', 7_200_000],
])('reads %s', (text, expected) => expect(duration(text)).toBe(expected));

it.each(['', '10', '0s', '1d', '-1s', '1.5h'])('takes no %j for a duration', text => {
  expect(() => duration(text)).toThrow('such as');
});

it('names the gates and pull requests that a run waits for', () => {
  const verdict = { kind: 'waiting', gate: 'approval', reason: '0 of 1 approvals', hint: '' } as const;
  const judged = { image: 'api', verdicts: [verdict] };
  const decision = {
    group: 'api',
    judged: [judged],
    state: 'waiting',
    verdicts: [],
  } as unknown as ApplyResult['groups'][number]['decision'];
  const result = {
    environment: environment(),
    base: { repository: '', branch: '', commit: '' },
    outcomes: [],
  };
  expect(waitsFor({ ...result, state: 'waiting', groups: [{ decision }] })).toBe(
    'qa waits for approval: 0 of 1 approvals',
  );
  expect(waitsFor({ ...result, state: 'done', groups: [{ decision }] })).toBeUndefined();
});
