import { measureEnvironments } from '../commands/metrics.ts';
import { openMetrics } from '../reports/open-metrics.ts';
import { MOST_RECORDS } from '../run/history/history.ts';
import { withEffects } from './effects.ts';
import { EXIT } from './exit.ts';
import type { Io } from './io.ts';
import { writeOut } from './write-out.ts';

/** `promote metrics [environment…]` */
export async function metrics(
  io: Io,
  names: readonly string[],
  options: {
    readonly file: string;
    readonly days: number;
    readonly limit: number;
    readonly out?: string | undefined;
  },
): Promise<number> {
  const { file, days, limit, out } = options;
  return await withEffects(io, file, async (effects, environments) => {
    const { measured, failures } = await measureEnvironments(effects, environments, { names, days, limit });
    const text = openMetrics(measured);
    if (out === undefined) io.stdout.write(text);
    else await writeOut(io, out, text);
    for (const { environment, error } of failures)
      effects.log(`${environment} is left out: ${error.message}`);
    for (const { environment, isWhole, promotions, rollbacks } of measured.environments) {
      if (!isWhole)
        effects.log(`${environment}: the last ${limit} commits do not cover ${days} days (--limit)`);
      if (promotions + rollbacks > MOST_RECORDS)
        effects.log(
          `${environment}: the wait for reviews is that of the newest ${MOST_RECORDS} images alone`,
        );
    }
    return failures.length === 0 ? EXIT.done : EXIT.failed;
  });
}
