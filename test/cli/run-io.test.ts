import { expect, it } from 'vitest';
import type { Io } from '../../src/cli/io.ts';
import { type RunIo, readCommonOptions } from '../../src/cli/program/run-io.ts';
import { createProgram } from '../../src/cli/program.ts';
import { sameCommand } from '../../src/plan/invocation.ts';

const IO: Io = {
  cwd: '/',
  env: {},
  stdout: { write: () => true },
  stderr: { write: () => expect.fail('nothing is told') },
  signal: new AbortController().signal,
};

/** What a command line is read as, without running it. */
async function read(...argv: readonly string[]): Promise<RunIo> {
  const io: RunIo = { ...IO };
  const program = createProgram(
    IO,
    () => undefined,
    async () => 0,
  );
  const commands = program.commands.flatMap(command =>
    command.commands.length > 0 ? command.commands : [command],
  );
  for (const command of commands) command.action(() => readCommonOptions(io, command));
  await program.parseAsync([...argv], { from: 'user' });
  return io;
}

it.each([
  [['apply', 'qa'], 'promote apply qa'],
  [['apply', '--image', 'a', 'qa', '--image=b'], 'promote apply qa --image a --image b'],
  [['apply', 'qa', '--evidence', 'a/b,c/d'], 'promote apply qa --evidence a/b,c/d'],
  [['rollback', 'qa', '--steps', '2', '--force'], 'promote rollback qa --steps 2 --force'],
  [['lift', 'qa', 'api', '--verbose'], 'promote lift qa api'],
  [['apply', 'qa', '--wait', '90s'], 'promote apply qa --wait 90s'],
  [['apply', 'qa', '--wait=120m'], 'promote apply qa --wait 2h'],
  [['status', '--watch'], 'promote status --watch'],
  [['status', '--watch', '1m'], 'promote status --watch 1m'],
  [
    ['status', '--file', 'https://me:secret@git.example//a.yaml'],
    'promote status --file https://git.example//a.yaml',
  ],
  [
    ['report', 'attach', 'a.io/b:1', 'scan.json', '--key', 'k.pem'],
    'promote report attach a.io/b:1 scan.json --key k.pem',
  ],
  [['sign', 'a.io/b:1', '--key', 'env://KEY'], 'promote sign a.io/b:1 --key env://KEY'],
  [['sign', 'a.io/b:1', '--key', '-----BEGIN KEY----- c2VjcmV0'], 'promote sign a.io/b:1'],
])('%j is typed again as %s', async (argv, expected) => {
  const { invocation } = await read(...argv);
  expect(invocation && sameCommand(invocation)).toBe(expected);
});

it('shows nothing with --quiet, wherever it is, and every request with --verbose', async () => {
  const quiet = await read('status', '--quiet');
  quiet.stderr.write('a line');
  expect((await read('--verbose', 'status')).verbose).toBe(true);
});

it('does not guess which of --quiet and --verbose is meant', async () => {
  await expect(read('status', '--quiet', '--verbose')).rejects.toMatchObject({ code: 'USAGE' });
});
