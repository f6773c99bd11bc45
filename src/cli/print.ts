import type { Report } from '../reports/document.ts';
import { type Format, render } from '../reports/render.ts';
import type { Io } from './io.ts';

/** Prints a result to stdout; in colour on a terminal, unless `NO_COLOR` is set. */
export function print({ stdout, env }: Io, report: Report, format: Format): void {
  stdout.write(render(report, format, stdout.isTTY === true && !env.NO_COLOR));
}
