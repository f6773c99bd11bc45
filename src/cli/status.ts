import { readBoard } from '../apply/status.ts';
import { boardReport } from '../reports/board.ts';
import type { Format } from '../reports/render.ts';
import { withEffects } from './effects.ts';
import { EXIT } from './exit.ts';
import type { Io } from './io.ts';
import { print } from './print.ts';

/** `promote status` */
export async function status(
  io: Io,
  options: { readonly file: string; readonly format: Format },
): Promise<number> {
  return await withEffects(io, options.file, async (effects, environments) => {
    print(io, boardReport(await readBoard(effects, environments)), options.format);
    return EXIT.done;
  });
}
