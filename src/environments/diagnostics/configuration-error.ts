import { PromoteError } from '../../errors.ts';
import type { Problem } from './issue.ts';

/** The most problems of one file that are listed. */
export const PROBLEM_LIMIT = 100;

/** A file that cannot be used; the message lists its problems with line, column and caret. */
export class ConfigurationError extends PromoteError {
  /** The file, as the caller named it. */
  readonly path: string;
  /** In the file's order, at most `PROBLEM_LIMIT`. */
  readonly problems: readonly Problem[];

  /** `problems` holds at least one. */
  constructor(path: string, problems: readonly Problem[]) {
    const ordered = problems.toSorted((a, b) => a.line - b.line || a.column - b.column);
    const listed = ordered.slice(0, PROBLEM_LIMIT);
    const texts = listed.map(problem => formatProblem(path, problem));
    super('CONFIGURATION', [`${path}: ${countOf(problems)}`, ...texts].join('\n\n'));
    this.name = 'ConfigurationError';
    this.path = path;
    this.problems = listed;
  }

  /** The first problem with its place, and how many more there are: one line, for where no list fits. */
  get summary(): string {
    const [first] = this.problems;
    if (first === undefined) return this.message;
    const more = this.problems.length - 1;
    const others = more === 0 ? '' : `, and ${more} more problem${more === 1 ? '' : 's'}`;
    return `${this.path}:${first.line}:${first.column}: ${first.message}${others}`;
  }
}

function countOf({ length }: readonly Problem[]): string {
  if (length > PROBLEM_LIMIT) return `more than ${PROBLEM_LIMIT} problems`;
  return length === 1 ? '1 problem' : `${length} problems`;
}

function formatProblem(path: string, { message, hint, line, column, excerpt }: Problem): string {
  const lines = [`${path}:${line}:${column}: ${message}`, ...excerpt.split('\n').map(text => `  ${text}`)];
  return [...lines, ...(hint === undefined ? [] : [`  hint: ${hint}`])].join('\n');
}
