import { stringify } from 'yaml';
import type { Environment, Environments } from '../environments/environments.ts';
import { sourceNames } from '../environments/image-origin.ts';

/** How the jobs of a pipeline are run. */
export interface PipelineSettings {
  /** The shell command of promote: `npx --yes gitops-promote@1.0.0`. */
  readonly command: string;
  /** The environments file, as `--file` takes it. */
  readonly file: string;
  /** The jobs' container image; absent: the runner's own. */
  readonly container?: string | undefined;
  /** The builds of entry environments, as `--image` takes them. */
  readonly images: readonly string[];
  /** The tags of the runners for the jobs; empty: any runner. */
  readonly tags: readonly string[];
  /**
   * Whether no person started this pipeline: a schedule or a webhook started its parent. GitLab does not show
   * that in the child pipeline.
   */
  readonly goesOn: boolean;
}

/**
 * A GitLab pipeline in YAML with one job for each environment, after its source environment's job. Each has a
 * deployment and a resource group. Jobs that need a decision in the CI are started by hand, and others do not
 * wait for them. For a protected environment an earlier job makes the plan. A closed gate is a warning, so it
 * does not stop other jobs.
 */
export function gitlabPipeline({ environments }: Environments, settings: PipelineSettings): string {
  const jobs = environments.flatMap(environment => [
    ...(isProtected(environment) ? [planJob(environments, environment, settings)] : []),
    applyJob(environments, environment, settings),
  ]);
  const workflow = { rules: [{ when: 'always' }] };
  return stringify(
    { workflow, stages: ['promote'], ...Object.fromEntries(jobs) },
    { aliasDuplicateObjects: false, lineWidth: 0 },
  );
}

type Job = readonly [name: string, job: object];

function applyJob(
  environments: readonly Environment[],
  environment: Environment,
  settings: PipelineSettings,
): Job {
  const { name, signing } = environment;
  const before = isProtected(environment) ? [planName(environment)] : needs(environments, environment);
  const what = isProtected(environment) ? ` --plan ${planFile(environment)}` : images(environment, settings);
  const apply = `${settings.command} apply ${name} --file ${quoted(settings.file)}${what}`;
  return [
    applyName(environment),
    {
      ...common(settings),
      needs: before,
      environment: { name, action: 'start' },
      resource_group: `promote/${name}`,
      ...(signing?.by.kind === 'keyless' ? { id_tokens: { SIGSTORE_ID_TOKEN: { aud: 'sigstore' } } } : {}),
      script: [environment.gates.approval?.by === 'stated' ? stated(apply) : apply],
      artifacts: { when: 'always', reports: { dotenv: DOTENV } },
      ...(isManual(environment)
        ? { when: 'manual', allow_failure: true }
        : { allow_failure: { exit_codes: [3] } }),
    },
  ];
}

/** Adds the job that makes the plan. GitLab's approvals name no plan: they count for the plan before them. */
function planJob(
  environments: readonly Environment[],
  environment: Environment,
  settings: PipelineSettings,
): Job {
  const path = planFile(environment);
  const what = `${images(environment, settings)} --out ${path}`;
  return [
    planName(environment),
    {
      ...common(settings),
      needs: needs(environments, environment),
      script: [`${settings.command} plan ${environment.name} --file ${quoted(settings.file)}${what}`],
      artifacts: { when: 'always', paths: [path] },
      allow_failure: { exit_codes: [3] },
    },
  ];
}

const DOTENV = 'promote.env';

/** The script states who approved: the person who starts the job, or others named on its page. */
function stated(apply: string): string {
  return `set -f --
for name in \${PROMOTE_APPROVED_BY:-$GITLAB_USER_LOGIN}; do set -- "$@" --approved-by "$name"; done
${apply} "$@"
`;
}

function common({ container, tags, goesOn }: PipelineSettings) {
  return {
    stage: 'promote',
    ...(container !== undefined && { image: container }),
    ...(tags.length === 0 ? {} : { tags }),
    interruptible: false,
    variables: { PROMOTE_DOTENV: DOTENV, ...(goesOn ? { PROMOTE_GOES_ON: 'true' } : {}) },
  };
}

function images({ from }: Environment, settings: PipelineSettings): string {
  return from.kind === 'build' ? settings.images.map(image => ` --image ${quoted(image)}`).join('') : '';
}

function needs(environments: readonly Environment[], environment: Environment): readonly string[] {
  return [...new Set(followed(environments, environment).map(applyName))];
}

/** The nearest source environments whose jobs start automatically. Other jobs may never start. */
function followed(
  environments: readonly Environment[],
  { from }: Pick<Environment, 'from'>,
): readonly Environment[] {
  const sources = environments.filter(({ name }) => sourceNames(from).includes(name));
  return sources.flatMap(source => (isManual(source) ? followed(environments, source) : [source]));
}

function isManual({ gates: { approval } }: Environment): boolean {
  return approval?.by === 'environment' || approval?.by === 'stated';
}

function isProtected({ gates: { approval } }: Environment): boolean {
  return approval?.by === 'environment';
}

function applyName({ name }: Environment): string {
  return `apply ${name}`;
}

function planName({ name }: Environment): string {
  return `plan ${name}`;
}

function planFile({ name }: Environment): string {
  return `plan-${name}.json`;
}

/** Quotes a word for a POSIX shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
