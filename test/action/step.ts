import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { COMPILED } from '../built/run-promote.ts';
import { JOB_TOKEN } from '../servers/github/job-token.ts';

const ROOT = join(import.meta.dirname, '../..');

/** What an action.yml declares, as far as it matters to who runs it. */
const action = z.object({
  inputs: z.record(z.string(), z.object({ description: z.string(), default: z.string().optional() })),
  outputs: z.record(z.string(), z.object({ description: z.string() })),
  runs: z.object({ using: z.literal('node24'), main: z.string() }),
});

export type Action = z.infer<typeof action>;

/** Reads `actions/<name>/action.yml`. */
export async function readAction(name: string): Promise<Action> {
  return action.parse(parse(await readFile(join(ROOT, 'actions', name, 'action.yml'), 'utf8')));
}

/** A step of a workflow: what is given with `with:`, and what the runner sets. */
export interface Step {
  readonly action: 'promote' | 'status' | 'rollback' | 'refresh' | 'gate' | 'board';
  readonly inputs: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** `GITHUB_WORKSPACE`; default: an empty one. */
  readonly workspace?: string;
  /** The payload of the event. */
  readonly event?: object;
}

/** What a step left behind. */
export interface Ended {
  readonly failed: boolean;
  readonly log: string;
  /** Workflow commands in the log, as the runner reads them. */
  readonly commands: readonly { readonly name: string; readonly properties: string; readonly text: string }[];
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
}

/** Gives a suite what runs a step from the built bundle as GitHub's runner does. */
export function useActions(): (step: Step) => Promise<Ended> {
  let directory = '';
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'promote-action-'));
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));
  return async step => await runStep(directory, step);
}

async function runStep(places: string, step: Step): Promise<Ended> {
  const { inputs, runs } = await readAction(step.action);
  const directory = await mkdtemp(join(places, 'step-'));
  const [output, summary, event] = ['output', 'summary', 'event.json'].map(name => join(directory, name));
  const workspace = step.workspace ?? join(directory, 'workspace');
  await mkdir(workspace, { recursive: true });
  for (const file of [output, summary]) await writeFile(String(file), '');
  await writeFile(String(event), JSON.stringify(step.event ?? {}));
  const defaults = Object.entries(inputs).map(([name, { default: text = '' }]) => [
    name,
    text.replace(/^\$\{\{ github\.token \}\}$/, JOB_TOKEN),
  ]);
  const given = { ...Object.fromEntries(defaults), ...step.inputs };
  const env = {
    PATH: process.env.PATH,
    ...COMPILED,
    HOME: directory,
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_WORKSPACE: workspace,
    RUNNER_TEMP: directory,
    GITHUB_OUTPUT: output,
    GITHUB_STEP_SUMMARY: summary,
    GITHUB_EVENT_PATH: event,
    GITHUB_EVENT_NAME: 'workflow_dispatch',
    ...Object.fromEntries(
      Object.entries(given).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, String(value)]),
    ),
    ...step.env,
  };
  const main = join(ROOT, 'actions', step.action, runs.main);
  const { failed, log } = await run(main, workspace, env);
  return {
    failed,
    log,
    commands: [...log.matchAll(/^\s*::([a-z-]+)( [^\n]*?)?::(.*)$/gim)].map(
      ([, name = '', properties = '', text = '']) => ({ name, properties, text }),
    ),
    outputs: readOutputs(await readFile(String(output), 'utf8')),
    summary: await readFile(String(summary), 'utf8'),
  };
}

async function run(main: string, cwd: string, env: NodeJS.ProcessEnv) {
  return await new Promise<{ readonly failed: boolean; readonly log: string }>(resolve => {
    execFile(process.execPath, [main], { cwd, env }, (error, stdout, stderr) =>
      resolve({ failed: error !== null, log: stdout + stderr }),
    );
  });
}

/** `name<<delimiter`, the value, and the delimiter again. */
function readOutputs(text: string): Ended['outputs'] {
  const entries = text.matchAll(/^([\w-]+)<<(ghadelimiter_[\w-]+)\n([\s\S]*?)\n\2$/gm);
  return Object.fromEntries([...entries].map(([, name = '', , value = '']) => [name, value]));
}
