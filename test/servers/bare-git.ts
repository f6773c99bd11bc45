import { execFileSync } from 'node:child_process';
import { headsOf } from './gitlab/heads.ts';

/** The directory of a bare repository. */
interface Bare {
  readonly bare: string;
}

/** Git's commands that only read: each answers the same until a branch moves. */
const READING: ReadonlySet<string> = new Set([
  'cat-file',
  'diff-tree',
  'log',
  'ls-tree',
  'merge-base',
  'merge-tree',
  'rev-list',
  'rev-parse',
  'show',
]);

const answers = new WeakMap<
  Bare,
  { heads: string; moving: Map<string, Buffer>; fixed: Map<string, Buffer> }
>();

/** Runs Git in the bare repository, or answers as before where no branch has moved; `undefined` where it fails. */
export function git(
  repository: Bare,
  args: readonly string[],
  input?: string,
  env: NodeJS.ProcessEnv = {},
): Buffer | undefined {
  const [command = '', ...words] = args;
  if (!READING.has(command)) return runGit(repository, args, input, env);
  const heads = JSON.stringify([...headsOf(repository.bare)]);
  const last = answers.get(repository) ?? { heads, moving: new Map(), fixed: new Map() };
  if (last.heads !== heads) Object.assign(last, { heads, moving: new Map() });
  answers.set(repository, last);
  // What names objects alone answers the same forever.
  const isFixed = words.every(word => /^(-|[0-9a-f]{40}|blob$)/.test(word));
  const known = isFixed ? last.fixed : last.moving;
  const asked = args.join('\0');
  const answer = known.get(asked) ?? runGit(repository, args, input, env);
  if (answer !== undefined) known.set(asked, answer);
  return answer;
}

function runGit(
  repository: Bare,
  args: readonly string[],
  input: string | undefined,
  env: NodeJS.ProcessEnv,
): Buffer | undefined {
  try {
    return execFileSync('git', ['-C', repository.bare, ...args], {
      env: { PATH: process.env.PATH, GIT_CONFIG_GLOBAL: '/dev/null', ...AUTHOR, ...env },
      stdio: ['pipe', 'pipe', 'ignore'],
      maxBuffer: 64 * 1024 * 1024,
      ...(input !== undefined && { input }),
    });
  } catch {
    return undefined;
  }
}

const AUTHOR = {
  GIT_AUTHOR_NAME: 'Forge',
  GIT_AUTHOR_EMAIL: 'forge@example.com',
  GIT_COMMITTER_NAME: 'Forge',
  GIT_COMMITTER_EMAIL: 'forge@example.com',
};

/** The same as trimmed text. */
export function gitText(repository: Bare, ...args: readonly string[]): string | undefined {
  return git(repository, args)?.toString().trim();
}

/** The commit that a branch points at. */
export function branchHead(repository: Bare, branch: string): string | undefined {
  return headsOf(repository.bare).get(branch);
}
