import { deployedBases } from '../commands/refresh/deployed.ts';
import { refreshImages } from '../commands/refresh/refresh.ts';
import { deployedReport } from '../reports/deployed.ts';
import { failedTexts, refreshReport } from '../reports/refresh.ts';
import type { Format } from '../reports/render.ts';
import { withEffects } from './effects.ts';
import { EXIT } from './exit.ts';
import type { Io } from './io.ts';
import { assertMayWrite } from './may-write.ts';
import { print } from './print.ts';
import { runUrl } from './request.ts';

/** `promote refresh [paths…]` */
export async function refresh(
  io: Io,
  paths: readonly string[],
  options: {
    readonly file: string;
    readonly format: Format;
    readonly dryRun: boolean;
    /** `true`: all environments. */
    readonly deployed?: string | true;
  },
): Promise<number> {
  const { deployed, dryRun } = options;
  if (deployed === undefined && !dryRun) await assertMayWrite(io);
  return await withEffects(io, options.file, async (effects, environments) => {
    if (deployed !== undefined) {
      const name = deployed === true ? undefined : deployed;
      print(io, deployedReport(await deployedBases(effects, environments, name)), options.format);
      return EXIT.done;
    }
    const results = await refreshImages(effects, environments, {
      paths,
      writes: !dryRun,
      runUrl: runUrl(io.env),
    });
    print(io, refreshReport(results), options.format);
    return failedTexts(results).length > 0 ? EXIT.failed : EXIT.done;
  });
}
