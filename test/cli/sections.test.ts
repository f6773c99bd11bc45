import { expect, it } from 'vitest';
import type { Io } from '../../src/cli/io.ts';
import { inSection } from '../../src/cli/sections.ts';

/** What reaches the two streams while a section's task runs. */
async function run(env: Io['env'], title: string, task: (io: Io) => Promise<void>) {
  const out = { stdout: '', stderr: '' };
  const sink = (name: 'stdout' | 'stderr') => ({
    write: (text: string) => {
      out[name] += text;
    },
  });
  const { signal } = new AbortController();
  const io: Io = { cwd: '.', env, stdout: sink('stdout'), stderr: sink('stderr'), signal };
  await inSection(io, title, () => task(io)).catch(() => undefined);
  return out;
}

const log = async ({ stderr }: Io) => {
  stderr.write('copied\n');
};
const START = /^\u001b\[0Ksection_start:\d{10}:(\S+)\[collapsed=true\]\r\u001b\[0K(.*)\n/;
const END = /\u001b\[0Ksection_end:\d{10}:(\S+)\r\u001b\[0K\n$/;

it('folds the log of a task on GitLab, and leaves stdout to results', async () => {
  const { stdout, stderr } = await run({ GITLAB_CI: 'true' }, 'apply qa', log);
  expect(START.exec(stderr)?.slice(1)).toEqual(['promote_apply_qa', 'apply qa']);
  expect(END.exec(stderr)?.[1]).toBe('promote_apply_qa');
  expect(stderr).toContain('copied\n');
  expect(stdout).toBe('');
});

it('marks nothing elsewhere', async () => {
  expect(await run({ CI: 'true' }, 'apply qa', log)).toEqual({ stdout: '', stderr: 'copied\n' });
});

it('closes the section of a task that fails, so that its error is seen', async () => {
  const { stderr } = await run({ GITLAB_CI: 'true' }, 'apply qa', async () => {
    throw new Error('no');
  });
  expect(stderr).toMatch(END);
});

it('lets no title forge a mark', async () => {
  const { stderr } = await run({ GITLAB_CI: 'true' }, 'apply \r\u001b[0Ksection_end:1:x\r\u001b[0K', log);
  expect(stderr.match(/\r\u001b\[0K/g)).toHaveLength(2);
  expect(stderr.match(/\u001b\[0Ksection_/g)).toHaveLength(2);
});
