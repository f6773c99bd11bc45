import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { PromoteError, reasonOf } from '../errors.ts';
import { namedPlanText } from '../plan/named-plan.ts';
import type { GroupResult } from '../reports/apply.ts';
import type { RunState } from '../reports/pins.ts';
import { pullRequestOf } from '../reports/pins.ts';
import { runAttempt } from './attempt.ts';
import type { Io } from './io.ts';

/** Characters: a third of the 5 KB that GitLab accepts. A name that does not fit is left out whole. */
const VALUE_LIMIT = 1_700;

/** Writes that the run failed; the end of the run overwrites this. */
export async function beginDotenv(io: Io): Promise<void> {
  await writeDotenv(io, 'failed', []);
}

/**
 * Writes results for later jobs to the file that `PROMOTE_DOTENV` names, as a dotenv report of GitLab. These
 * are the run's state and, separated by commas, the plans' digests and the pull requests' URLs.
 * https://docs.gitlab.com/ci/yaml/artifacts_reports/#artifactsreportsdotenv
 */
export async function writeDotenv(io: Io, state: RunState, groups: readonly GroupResult[]): Promise<void> {
  const path = io.env.PROMOTE_DOTENV;
  if (!path) return;
  const attempt = runAttempt(io.env);
  const plans = groups.flatMap(({ decision }) =>
    'plan' in decision ? [namedPlanText({ digest: decision.plan.digest, attempt })] : [],
  );
  const urls = groups.flatMap(({ done, pins }) => pullRequestOf(done?.pins ?? pins)?.url ?? []);
  const lines = [
    `PROMOTE_STATE=${state}`,
    `PROMOTE_PLAN_DIGEST=${listed(io, 'PROMOTE_PLAN_DIGEST', plans)}`,
    `PROMOTE_PULL_REQUEST_URL=${listed(io, 'PROMOTE_PULL_REQUEST_URL', urls)}`,
  ];
  await writeFile(resolve(io.cwd, path), `${lines.join('\n')}\n`).catch(cause => {
    const why = reasonOf(cause);
    const message = `write PROMOTE_DOTENV: ${path} cannot be written: ${why.text}`;
    throw new PromoteError('USAGE', message, { hint: why.hint, cause });
  });
}

/**
 * Joins values with commas. It leaves out values that hold a secret or other than plain characters. GitLab
 * expands variables in values, and keeps quotes and spaces as they are.
 */
function listed({ secrets, stderr }: Io, name: string, values: readonly string[]): string {
  const safe = [...new Set(values)].filter(
    value => /^[\w.~:/?&=+%@-]+$/.test(value) && (secrets === undefined || secrets.redact(value) === value),
  );
  let text = '';
  let count = 0;
  for (const value of safe) {
    const longer = text === '' ? value : `${text},${value}`;
    if (longer.length > VALUE_LIMIT) break;
    text = longer;
    count += 1;
  }
  const left = new Set(values).size - count;
  if (left > 0)
    stderr.write(`${name}: ${left} of ${left + count} left out, GitLab's dotenv cannot hold them\n`);
  return text;
}
