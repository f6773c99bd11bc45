import { chmod, copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join, relative } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { CLI } from '../built/run-promote.ts';
import type { World } from '../e2e/world.ts';
import { runProgram } from '../servers/tools.ts';

const ROOT = join(import.meta.dirname, '../..');
const RUNNER = fileURLToPath(import.meta.resolve('gitlab-ci-local'));
const SERVER = 'https://gitlab.example.com';
/** The project that the components are published in. */
const CATALOG = 'platform/promote';
const COMPONENTS = ['pipeline', 'promote', 'refresh', 'mirror', 'rollback'];

/** A project of GitLab that includes the components, and the runner that takes its jobs on this machine. */
export interface GitLabProject {
  /** Runs the pipeline, or these jobs alone; rejects where one fails. */
  run(...args: readonly string[]): Promise<string>;
  /** A file at the head of the branch that the runs push to. */
  read(path: string): Promise<string>;
  /** What the runner kept of a job. */
  kept(job: string, path: string): Promise<string>;
  log(job: string): Promise<string>;
}

/** What a project has beside the components that it includes. */
export interface ProjectSettings {
  /** Jobs of its own, by name. */
  readonly jobs?: Readonly<Record<string, object>>;
  /** CI/CD variables, which replace the runner's own. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Whether it includes the components as files of its own, and not by their address. */
  readonly local?: boolean;
  /** Where its repository is; absent: a new one beside the checkout. */
  readonly origin?: Origin;
}

/** A bare repository on this machine, and the URL by which jobs reach it. */
interface Origin {
  readonly bare: string;
  readonly url: string;
}

/** Gives a repository an origin, the components, and a `.gitlab-ci.yml` whose jobs run the built command. */
export async function createProject(
  world: World,
  includes: readonly Include[],
  { jobs = {}, variables = {}, origin, local = false }: ProjectSettings = {},
): Promise<GitLabProject> {
  const { directory, repository } = world;
  await mkdir(join(repository, 'templates'));
  for (const name of COMPONENTS) {
    await copyFile(join(ROOT, `templates/${name}.yml`), join(repository, `templates/${name}.yml`));
  }
  const command = `${process.execPath} ${CLI}`;
  const include = includes.map(({ component, inputs }) => ({
    ...(local
      ? { local: `templates/${component}.yml` }
      : { component: `$CI_SERVER_FQDN/${CATALOG}/${component}@main` }),
    inputs: { command, container: 'registry.example/promote:1', ...inputs },
  }));
  const stages = ['promote', 'deploy', 'after'];
  await world.write('.gitlab-ci.yml', JSON.stringify({ stages, include, ...jobs }));
  // The runner says false of itself; a job's log folds on GitLab alone.
  const given = { GITLAB_CI: 'true', ...variables };
  await writeFile(join(directory, 'variables.yml'), JSON.stringify(given));
  const path = [await createRsync(directory), process.env.PATH].join(delimiter);
  const bare = origin?.bare ?? (await createOrigin(world));
  await publish(world, { bare, url: origin?.url ?? bare });
  await keepIncludes(repository);
  return {
    run: async (...args) => {
      const options = [
        '--cwd',
        relative('.', repository),
        '--force-shell-executor',
        '--variables-file',
        '../variables.yml',
      ];
      const ignored = ['--ignore-predefined-vars', Object.keys(given).join(',')];
      const env = { ...world.env, PATH: path, NO_COLOR: '1' };
      const { stdout, stderr } = await runProgram(
        process.execPath,
        [RUNNER, ...options, ...ignored, ...args],
        env,
      );
      return stdout + stderr;
    },
    read: async file => await world.git('--git-dir', bare, 'show', `main:${file}`),
    kept: async (job, file) =>
      await readFile(join(repository, '.gitlab-ci-local/artifacts', job, file), 'utf8'),
    log: async job => await readFile(join(repository, '.gitlab-ci-local/output', `${job}.log`), 'utf8'),
  };
}

/**
 * Puts the components where the runner keeps what it has fetched.
 * It fetches all components at once into one folder, and two of its copies at a time can end in `File exists`.
 */
async function keepIncludes(repository: string): Promise<void> {
  const kept = join(repository, '.gitlab-ci-local/includes/gitlab.example.com', CATALOG, 'main/templates');
  await mkdir(kept, { recursive: true });
  for (const name of COMPONENTS)
    await copyFile(join(ROOT, `templates/${name}.yml`), join(kept, `${name}.yml`));
}

/** An include of a component, with inputs beside `command`. */
export interface Include {
  readonly component: string;
  readonly inputs?: Readonly<Record<string, string>>;
}

async function createOrigin({ directory, git }: World): Promise<string> {
  const bare = join(directory, 'origin.git');
  await git('init', '--quiet', '--bare', '--initial-branch=main', bare);
  return bare;
}

async function publish(world: World, { bare, url }: Origin): Promise<void> {
  await world.git('remote', 'add', 'origin', bare);
  // Where the runner takes the project's name from.
  await world.git('remote', 'add', 'gcl-origin', `${SERVER}/acme/gitops.git`);
  await world.git('add', '.');
  await world.git('commit', '--quiet', '--message=Include the components');
  await world.git('push', '--quiet', 'origin', 'main');
  await world.git('remote', 'set-head', 'origin', 'main');
  await world.git('remote', 'set-url', 'origin', url);
}

/** The runner moves artifacts with rsync, which few machines have; what it asks of rsync here, cp does as well. */
async function createRsync(directory: string): Promise<string> {
  const programs = join(directory, 'bin');
  await mkdir(programs);
  await writeFile(join(programs, 'rsync'), RSYNC);
  await chmod(join(programs, 'rsync'), 0o755);
  return programs;
}

const RSYNC = `#!/bin/sh
for to; do :; done
# The copy of the project that containers would work in.
case "$*" in *--delete*) exit 0 ;; esac
mkdir -p "$to"
for word; do
  case $word in
    --files-from=*) while read -r file; do cp -a --parents "./$file" "$to"; done < "\${word#*=}" ;;
    ./*) cp -a --parents "$word" "$to" ;;
  esac
done
`;
