import type { Progress, ProgressEvent } from '../registry/progress.ts';
import { neutralise } from '../reports/neutralise.ts';
import type { Sink } from './io.ts';
import type { Draw, Tally } from './progress-bar.ts';

/** How often a plain log says that a long copy still runs, in milliseconds. */
const PLAIN_INTERVAL = 10_000;

/** Progress for people: a bar on a terminal; else a line for each image, and one every ten seconds. */
export async function showProgress(stderr: Sink, now: () => number): Promise<Progress> {
  const tally: Tally = { images: 0, imagesDone: 0, bytes: 0, total: 0 };
  // The bar's library is loaded only for a terminal.
  const draw = stderr.isTTY
    ? (await import('./progress-bar.ts')).drawBar(stderr, amount)
    : writeLines(stderr, now);
  return event => {
    count(tally, event);
    draw(tally, event);
  };
}

function count(tally: Tally, event: ProgressEvent): void {
  switch (event.kind) {
    case 'image-started':
      tally.images += 1;
      break;
    case 'blob-expected':
      tally.total += event.size;
      break;
    case 'bytes':
      tally.bytes += event.count;
      break;
    case 'blob-done':
      // A blob that the target already has is not copied, so the total shrinks.
      if (event.how !== 'copied') tally.total -= event.size;
      break;
    case 'image-done':
      tally.imagesDone += 1;
  }
}

function writeLines(stderr: Sink, now: () => number): Draw {
  let last = now();
  let reported = 0;
  return (tally, event) => {
    const due = event.kind === 'bytes' && now() - last >= PLAIN_INTERVAL;
    const done = event.kind === 'image-done' && tally.bytes > reported;
    if (!due && !done) return;
    last = now();
    reported = tally.bytes;
    const what = done ? `copied to ${event.target}` : `copying to ${event.target}`;
    stderr.write(
      `${neutralise(what)}: ${amount(tally.bytes)} so far, ${tally.imagesDone}/${tally.images} images\n`,
    );
  };
}

function amount(bytes: number): string {
  return bytes < 1_000_000 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
