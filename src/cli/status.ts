import { readBoard } from '../commands/status.ts';
import { boardReport } from '../reports/board.ts';
import type { Format } from '../reports/render.ts';
import { withEffects } from './effects.ts';
import { EXIT } from './exit.ts';
import type { Io } from './io.ts';
import { shown } from './print.ts';
import { pauseIn, watchIn } from './wait.ts';

/** `promote status` */
export async function status(
  io: Io,
  options: {
    readonly file: string;
    readonly format: Format;
    readonly exitCode: boolean;
    readonly watch?: number | true;
  },
): Promise<number> {
  const { watch } = options;
  const look = async () =>
    await withEffects(io, options.file, async (effects, environments) => {
      const board = await readBoard(effects, environments);
      const text = shown(io, io.stdout, boardReport(board), options.format);
      if (board.failures.length > 0) return { text, code: EXIT.failed };
      // Where the holds cannot be read, nobody knows whether what is pinned is held.
      const mayBeHeld = board.pinned.length + board.unreadable.length > 0;
      return { text, code: mayBeHeld && options.exitCode ? EXIT.closed : EXIT.done };
    });
  if (watch !== undefined) {
    return await watchIn(io, look, () => pauseIn(io.signal, watch === true ? EVERY : watch));
  }
  const { text, code } = await look();
  io.stdout.write(text);
  return code;
}

/** Milliseconds between two reads. */
const EVERY = 10_000;
