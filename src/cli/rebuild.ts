import { rebuildImages } from '../commands/rebuild/rebuild.ts';
import { isRebuilt, rebuildReport } from '../reports/rebuild.ts';
import type { Format } from '../reports/render.ts';
import { withEffects } from './effects.ts';
import { EXIT } from './exit.ts';
import type { Io } from './io.ts';
import { assertMayWrite } from './may-write.ts';
import { print } from './print.ts';

/** `promote rebuild [environment…]` */
export async function rebuild(
  io: Io,
  names: readonly string[],
  options: {
    readonly file: string;
    readonly format: Format;
    readonly dryRun: boolean;
    readonly limit: number;
  },
): Promise<number> {
  const { file, format, dryRun, limit } = options;
  if (!dryRun) await assertMayWrite(io);
  return await withEffects(io, file, async (effects, environments) => {
    const result = await rebuildImages(effects, environments, { names, writes: !dryRun, limit });
    print(io, rebuildReport(result), format);
    return isRebuilt(result) ? EXIT.done : EXIT.failed;
  });
}
