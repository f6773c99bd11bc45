import { PromoteError } from '../errors.ts';
import type { Format } from '../reports/render.ts';
import { makeBoard, writeBoard } from './board/make.ts';
import { servePage } from './board/serve.ts';
import { EXIT } from './exit.ts';
import type { Io } from './io.ts';
import { print } from './print.ts';

/** The options of `promote board`; at least one of `out` and `serve` is given. */
interface BoardOptions {
  readonly file: string;
  readonly format: Format;
  readonly out?: string | undefined;
  readonly serve?: number | true | undefined;
  readonly public: boolean;
  readonly verify: boolean;
  readonly limit: number;
}

/** `promote board` */
export async function board(io: Io, options: BoardOptions): Promise<number> {
  const { out, serve } = options;
  if (out === undefined && serve === undefined) {
    throw new PromoteError('USAGE', 'board: nowhere to write the page to', {
      hint: 'name a directory, promote board --out site/, or look at it here: promote board --serve',
    });
  }
  const { files, report, isComplete } = await makeBoard(io, options);
  if (out !== undefined) await writeBoard(io, out, files);
  print(io, report, options.format);
  if (serve !== undefined) await servePage(io, files, serve === true ? undefined : serve);
  return isComplete ? EXIT.done : EXIT.failed;
}
