import { setFlagsFromString } from 'node:v8';
import { environmentNamed, imageNamed } from '../environments/locate.ts';
import { failureText } from '../errors.ts';
import { historyReport } from '../reports/history.ts';
import type { Format } from '../reports/render.ts';
import { readHeldSince, readHistory, readHistoryRecords } from '../run/history/history.ts';
import { observeHead } from '../run/read-pins.ts';
import { withEffects } from './effects.ts';
import { EXIT } from './exit.ts';
import type { Io } from './io.ts';
import { print } from './print.ts';

/** `promote history <environment>` */
export async function history(
  io: Io,
  name: string,
  options: {
    readonly file: string;
    readonly format: Format;
    readonly image?: string;
    readonly limit: number;
  },
): Promise<number> {
  const { image, limit } = options;
  // Most of what is read is short-lived: without this flag V8 reserves a hundred megabytes for it.
  setFlagsFromString('--semi-space-growth-factor=1');
  return await withEffects(io, options.file, async (effects, environments) => {
    const environment = environmentNamed(environments, name);
    if (image !== undefined) imageNamed(environments, image);
    const place = await observeHead(effects, environment);
    const { isHeld, unread: unreadHolds } = await readHeldSince(environment, place);
    const events = await readHistory(environments, environment, place, { image, limit, isHeld });
    const { records, unread } = await readHistoryRecords(effects, environments, environment, events);
    print(
      io,
      historyReport({ environment: name, events, records, unread: unread.map(failureText), unreadHolds }),
      options.format,
    );
    return EXIT.done;
  });
}
