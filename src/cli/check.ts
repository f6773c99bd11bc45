import { check as checkWorld } from '../apply/check.ts';
import { checkReport } from '../reports/check.ts';
import type { Format } from '../reports/render.ts';
import { withEffects } from './effects.ts';
import { EXIT } from './exit.ts';
import type { Io } from './io.ts';
import { print } from './print.ts';
import { withoutLogin } from './without-login.ts';

/** `promote check`; a file that is wrong by itself ends as any configuration error, with all its problems. */
export async function check(
  io: Io,
  options: { readonly file: string; readonly format: Format; readonly exitCode: boolean },
): Promise<number> {
  return await withEffects(io, options.file, async (effects, environments) => {
    const findings = await checkWorld(effects, environments);
    print(io, checkReport(withoutLogin(options.file), findings), options.format);
    if (findings.some(({ severity }) => severity === 'error')) return EXIT.usage;
    return options.exitCode && findings.some(({ gate }) => gate === 'hold') ? EXIT.closed : EXIT.done;
  });
}
