import { error as annotate, setFailed } from '@actions/core';
import type { Io } from '../cli/io.ts';
import { ConfigurationError } from '../environments/configuration-error.ts';
import { PromoteError } from '../errors.ts';
import { neutralise } from '../reports/neutralise.ts';
import { ANNOTATION_LIMIT } from './announce.ts';
import { pathInRepository } from './file.ts';

/** Fails the step; problems of a file stand at their lines. */
export function fail(error: unknown, env: Io['env']): void {
  if (error instanceof ConfigurationError) annotateProblems(error, env);
  setFailed(describe(error).split('\n').map(neutralise).join('\n'));
}

function annotateProblems({ path, problems }: ConfigurationError, env: Io['env']): void {
  const file = pathInRepository(path, env);
  // The failure itself is one more.
  for (const { message, hint, line, column } of problems.slice(0, ANNOTATION_LIMIT - 1)) {
    annotate(neutralise(hint === undefined ? message : `${message} (${hint})`), {
      title: neutralise(path),
      ...(file === undefined ? {} : { file, startLine: line, startColumn: column }),
    });
  }
}

function describe(error: unknown): string {
  if (error instanceof PromoteError) {
    return error.hint === undefined ? error.message : `${error.message}\nhint: ${error.hint}`;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `unexpected error, please report it\n${text}`;
}
