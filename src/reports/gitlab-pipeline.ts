import { stringify } from 'yaml';
import type { Environment, Environments } from '../environments/environments.ts';

/** How the jobs of a pipeline are run. */
export interface PipelineSettings {
  /** Words for a shell that run promote: `npx --yes gitops-promote@1.0.0`. */
  readonly command: string;
  /** The environments file, as `--file` takes it. */
  readonly file: string;
  /** The jobs' container image. */
  readonly container: string;
  /** What entry environments take, as `--image` takes it. */
  readonly images: readonly string[];
  /** Of the runners that take the jobs; empty: any runner. */
  readonly tags: readonly string[];
}

/**
 * A GitLab pipeline with one job for each environment, in YAML: each after the one it takes from, with a deployment and
 * a resource group. Jobs where people decide within the CI are started by hand, and others do not wait for them. A
 * closed gate is a warning, so that it keeps nothing else back.
 */
export function gitlabPipeline({ environments }: Environments, settings: PipelineSettings): string {
  const jobs = environments.map(environment => [
    jobName(environment),
    job(environments, environment, settings),
  ]);
  const workflow = { rules: [{ when: 'always' }] };
  return stringify(
    { workflow, stages: ['promote'], ...Object.fromEntries(jobs) },
    { aliasDuplicateObjects: false, lineWidth: 0 },
  );
}

function job(environments: readonly Environment[], environment: Environment, settings: PipelineSettings) {
  const { name, from } = environment;
  const { command, file, container, tags } = settings;
  const before = followed(environments, environment);
  const images = from.kind === 'build' ? settings.images.map(image => ` --image ${quoted(image)}`) : [];
  return {
    stage: 'promote',
    image: container,
    ...(tags.length === 0 ? {} : { tags }),
    needs: before === undefined ? [] : [jobName(before)],
    environment: { name, action: 'start' },
    resource_group: `promote/${name}`,
    interruptible: false,
    variables: { PROMOTE_DOTENV: 'promote.env' },
    script: [`${command} apply ${name} --file ${quoted(file)}${images.join('')}`],
    artifacts: { when: 'always', reports: { dotenv: 'promote.env' } },
    ...(isManual(environment)
      ? { when: 'manual', allow_failure: true }
      : { allow_failure: { exit_codes: [3] } }),
  };
}

/** The nearest environment up the chain whose job starts by itself: nobody need ever start the others. */
function followed(environments: readonly Environment[], { from }: Environment): Environment | undefined {
  const source = from.kind === 'build' ? undefined : environments.find(({ name }) => name === from.name);
  return source !== undefined && isManual(source) ? followed(environments, source) : source;
}

function isManual({ gates: { approval } }: Environment): boolean {
  return approval?.by === 'environment' || approval?.by === 'stated';
}

function jobName({ name }: Environment): string {
  return `apply ${name}`;
}

/** A word of a POSIX shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
