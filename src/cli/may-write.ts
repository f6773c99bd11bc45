import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { PromoteError, rethrowDefect } from '../errors.ts';
import type { Io } from './io.ts';

const repository = z.object({ full_name: z.string() }).nullable();
const payload = z.object({
  pull_request: z.object({ head: z.object({ repo: repository }) }).optional(),
  workflow_run: z.object({ head_repository: repository }).optional(),
});

/**
 * Throws `FORBIDDEN` if a fork's pull request started this CI run. `pull_request_target` is refused too,
 * since it would make secrets available to such a pull request.
 */
export async function assertMayWrite({ env }: Io): Promise<void> {
  const hint =
    "run it on pushes, reviews of our own branches or a schedule; a fork's pull request gets a plan";
  const refused = (what: string) =>
    new PromoteError('FORBIDDEN', `promote changes nothing ${what}`, { hint });
  if (env.GITHUB_EVENT_NAME === 'pull_request_target') throw refused('under pull_request_target');
  if (isGitLabFork(env) || (await isGitHubFork(env))) throw refused("for a fork's pull request");
}

function isGitLabFork({
  CI_MERGE_REQUEST_SOURCE_PROJECT_ID: source,
  CI_PROJECT_ID: own,
}: Io['env']): boolean {
  return source !== undefined && source !== '' && source !== own;
}

async function isGitHubFork({
  GITHUB_EVENT_PATH: path,
  GITHUB_REPOSITORY: own,
}: Io['env']): Promise<boolean> {
  if (!path) return false;
  const { pull_request: pull, workflow_run: run } = await readEvent(path, payload);
  const heads = [...(pull ? [pull.head.repo] : []), ...(run ? [run.head_repository] : [])];
  // GitHub reports `null` for a fork that was deleted.
  return heads.some(head => head?.full_name !== own);
}

/** Parses the event that started this run with a schema; throws `FORBIDDEN` or `INVALID`. */
export async function readEvent<T>(path: string, schema: z.ZodType<T>): Promise<T> {
  return parseEvent(path, await readText(path), schema);
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    rethrowDefect(cause);
    const message = `GITHUB_EVENT_PATH: ${path} cannot be read, so whom this run works for is not known`;
    throw new PromoteError('FORBIDDEN', message, { cause });
  }
}

function parseEvent<T>(path: string, text: string, schema: z.ZodType<T>): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    rethrowDefect(cause);
    const message = `GITHUB_EVENT_PATH: ${path} is no event of GitHub in JSON, so whom this run works for is not known`;
    throw new PromoteError('INVALID', message, { cause });
  }
}
