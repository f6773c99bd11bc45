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
  options: { readonly file: string; readonly format: Format; readonly exitCode: boolean },
): Promise<number> {
  return await withEffects(io, options.file, async (effects, environments) => {
    const board = await readBoard(effects, environments);
    print(io, boardReport(board), options.format);
    if (board.failures.length > 0) return EXIT.failed;
    return board.pinned.length > 0 && options.exitCode ? EXIT.closed : EXIT.done;
  });
}
