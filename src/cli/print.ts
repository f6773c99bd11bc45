import type { Report } from '../reports/document.ts';
import { withNamedCommand } from '../reports/naming-command.ts';
import { type Format, render } from '../reports/render.ts';
import type { Io, Sink } from './io.ts';

/** Prints a result to stdout. */
export function print(io: Io, report: Report, format: Format): void {
  io.stdout.write(shown(io, io.stdout, report, format));
}

/**
 * The text of a result: in colour and as wide as the terminal, elsewhere in whole lines. `FORCE_COLOR` and
 * `NO_COLOR` override this: https://force-color.org and https://no-color.org.
 */
export function shown(
  { env, invocation }: Pick<Io, 'env' | 'invocation'>,
  sink: Sink,
  report: Report,
  format: Format = 'text',
): string {
  const isTerminal = sink.isTTY === true;
  const isForced = env.FORCE_COLOR && !['0', 'false'].includes(env.FORCE_COLOR);
  const colour = env.NO_COLOR ? false : isForced || (isTerminal && env.FORCE_COLOR !== '0');
  return render(withNamedCommand(report, invocation), format, colour, isTerminal ? sink.columns : undefined);
}
