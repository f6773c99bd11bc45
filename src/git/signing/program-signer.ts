import { execFile } from 'node:child_process';
import { PromoteError } from '../../errors.ts';
import type { SignCommit } from '../author.ts';

/** A program that signs as gpg does, and how it is run. */
export interface SigningProgram {
  /** Its name, for messages. */
  readonly name: string;
  readonly path: string;
  /** The key; default: the commit's committer, as in Git. */
  readonly key?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The time-out in milliseconds. */
  readonly timeout: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Signs with gpg, or with a program that takes its options, as Git does. Throws `KEY` if the program does not
 * sign. https://git-scm.com/docs/git-config#Documentation/git-config.txt-gpgprogram
 */
export function programSigner({ name, path, key, env, timeout, signal }: SigningProgram): SignCommit {
  return async payload => {
    const by = key ?? /^committer (.*) \d+ [+-]\d{4}$/m.exec(payload.toString())?.[1] ?? '';
    const args = ['--status-fd=2', '-bsau', by];
    const { stdout, stderr, failed } = await new Promise<Ended>(resolve => {
      const child = execFile(
        path,
        args,
        { env: { ...env }, timeout, ...(signal && { signal }), maxBuffer: MOST },
        (error, out, printed) => resolve({ stdout: out, stderr: printed, failed: error }),
      );
      // A program that ended early says so by its exit code, not by the broken pipe.
      child.stdin?.on('error', () => {});
      child.stdin?.end(payload);
    });
    if (signal?.aborted) throw new PromoteError('CANCELLED', `sign a commit with ${name}: cancelled`);
    if (failed === null && /^\[GNUPG:\] SIG_CREATED /m.test(stderr)) return stdout;
    const said = stderr
      .split('\n')
      .filter(line => line !== '' && !line.startsWith('[GNUPG:]'))
      .at(-1);
    throw new PromoteError(
      'KEY',
      `sign a commit with ${name}: ${said ?? failed?.message ?? 'no signature came'}`,
      {
        hint: `see that ${[name, ...args].join(' ')} signs in this environment without asking anybody`,
      },
    );
  };
}

interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  readonly failed: Error | null;
}

const MOST = 1024 * 1024;
