import type { Io } from '../cli/io.ts';
import { ConfigurationError } from '../environments/diagnostics/configuration-error.ts';
import { PromoteError, systemFailure } from '../errors.ts';
import { neutralise } from '../reports/neutralise.ts';
import { type Annotation, annotate } from './annotate.ts';
import { pathInRepository } from './file.ts';
import { failStep, logLine } from './runner.ts';

/** Fails the step; problems of a file are annotated at their lines. */
export function fail(thrown: unknown, io: Pick<Io, 'cwd' | 'env'>): void {
  const error = systemFailure('run the action', thrown) ?? thrown;
  const [first = '', ...lines] = describe(error).split('\n').map(neutralise);
  if (error instanceof ConfigurationError) {
    for (const line of lines) logLine(line);
    annotate('error', annotations(error, io));
    failStep(first);
  } else failStep([first, ...lines].join('\n'));
}

/** Each problem at its line of the file. In another repository's file the text names the place instead. */
function annotations(
  { path, problems }: ConfigurationError,
  io: Pick<Io, 'cwd' | 'env'>,
): readonly Annotation[] {
  const file = pathInRepository(path, io);
  const title = neutralise(path);
  return problems.map(({ message, hint, line, column }) => {
    const text = hint === undefined ? message : `${message} (${hint})`;
    return file === undefined
      ? { text: `${path}:${line}:${column}: ${text}`, place: { title } }
      : { text, place: { title, file, startLine: line, startColumn: column } };
  });
}

function describe(error: unknown): string {
  if (error instanceof PromoteError) {
    return error.hint === undefined ? error.message : `${error.message}\nhint: ${error.hint}`;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `unexpected error, please report it\n${text}`;
}
