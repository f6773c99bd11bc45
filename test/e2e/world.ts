import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { answerPromote, type Ran, runPromote } from '../built/run-promote.ts';
import { runProgram, runSeveral } from '../servers/tools.ts';

export type { Ran };

/** A deployment repository on disk, and the built command run in it. */
export interface World {
  /** The temporary directory; the repository is `gitops` in it. */
  readonly directory: string;
  readonly repository: string;
  /** The variables that commands run with. */
  readonly env: Readonly<Record<string, string>>;
  run(...args: readonly string[]): Promise<Ran>;
  /** Runs at a terminal, where a person agrees or does not; all that is printed is in `stdout`. */
  answer(agrees: boolean, ...args: readonly string[]): Promise<Ran>;
  git(...args: readonly string[]): Promise<string>;
  /** Runs Git once for each list of arguments. */
  gits(...runs: readonly (readonly string[])[]): Promise<string>;
  read(path: string): Promise<string>;
  write(path: string, text: string): Promise<void>;
  close(): Promise<void>;
}

/** Git without the settings of whoever runs the tests. */
const GIT = {
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
  GIT_AUTHOR_NAME: 'tester',
  GIT_AUTHOR_EMAIL: 'tester@example.com',
  GIT_COMMITTER_NAME: 'tester',
  GIT_COMMITTER_EMAIL: 'tester@example.com',
};

/** Creates a repository on branch `main` that holds the files; commands run with the variables as well. */
export async function createWorld(
  files: Readonly<Record<string, string>>,
  variables: Readonly<Record<string, string>> = {},
): Promise<World> {
  const directory = await mkdtemp(join(tmpdir(), 'promote-e2e-'));
  const repository = join(directory, 'gitops');
  const env = { PATH: process.env.PATH ?? '', HOME: directory, ...GIT, ...variables };
  const world: World = {
    directory,
    repository,
    env,
    run: async (...args) => await runPromote(repository, env, args),
    answer: async (agrees, ...args) => await answerPromote(repository, env, agrees ? 'y' : 'n', args),
    git: async (...args) => (await runProgram('git', ['-C', repository, ...args], env)).stdout.trim(),
    gits: async (...runs) => {
      const inside = runs.map(args => ['-C', repository, ...args]);
      return (await runSeveral('git', inside, env)).trim();
    },
    read: async path => await readFile(join(repository, path), 'utf8'),
    write: async (path, text) => {
      await mkdir(dirname(join(repository, path)), { recursive: true });
      await writeFile(join(repository, path), text);
    },
    close: async () => await rm(directory, { recursive: true, force: true }),
  };
  await mkdir(repository);
  for (const [path, text] of Object.entries(files)) await world.write(path, text);
  const init = ['init', '--quiet', '--initial-branch=main'];
  await world.gits(init, ['add', '.'], ['commit', '--quiet', '--message=Start']);
  return world;
}
