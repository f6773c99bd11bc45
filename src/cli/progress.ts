import { Writable } from 'node:stream';
import cliProgress from 'cli-progress';
import type { Progress, ProgressEvent } from '../registry/progress.ts';
import { neutralise } from '../reports/neutralise.ts';
import type { Sink } from './io.ts';

/** How often a plain log says that a long copy still runs, in milliseconds. */
const PLAIN_INTERVAL = 10_000;

/** What has been copied so far. */
interface Tally {
  images: number;
  imagesDone: number;
  /** Bytes copied, and bytes known to be needed. */
  bytes: number;
  total: number;
}

/** Progress for people: a bar on a terminal, else a line an image, and one every ten seconds of a long copy. */
export function showProgress(stderr: Sink, now: () => number): Progress {
  const tally: Tally = { images: 0, imagesDone: 0, bytes: 0, total: 0 };
  const draw = stderr.isTTY ? drawBar(stderr) : writeLines(stderr, now);
  return event => {
    count(tally, event);
    draw(tally, event);
  };
}

type Draw = (tally: Readonly<Tally>, event: ProgressEvent) => void;

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
      break;
    case 'image-done':
      tally.imagesDone += 1;
  }
}

function drawBar(stderr: Sink): Draw {
  const format = '  {bar} {copied} | {imagesDone}/{images} images';
  const bar = new cliProgress.SingleBar({
    format,
    clearOnComplete: true,
    hideCursor: true,
    etaBuffer: 100,
    stream: terminalOf(stderr),
  });
  let drawn = false;
  return (tally, { kind }) => {
    if (tally.bytes === 0) return;
    const payload = { ...tally, copied: amount(tally.bytes) };
    if (!drawn) bar.start(tally.total, tally.bytes, payload);
    drawn = true;
    bar.setTotal(Math.max(tally.total, tally.bytes));
    bar.update(tally.bytes, payload);
    if (kind !== 'image-done' || tally.imagesDone < tally.images) return;
    bar.stop();
    drawn = false;
  };
}

/** The sink as the bar wants it: a terminal, so that the bar is drawn where everything else is printed. */
function terminalOf(stderr: Sink): NodeJS.WritableStream {
  const stream = new Writable({
    decodeStrings: false,
    write(text, _, done) {
      stderr.write(String(text));
      done();
    },
  });
  return Object.assign(stream, { isTTY: true });
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
