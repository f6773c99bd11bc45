import { Writable } from 'node:stream';
import cliProgress from 'cli-progress';
import type { ProgressEvent } from '../registry/progress.ts';
import type { Sink } from './io.ts';

/** What has been copied so far. */
export interface Tally {
  images: number;
  imagesDone: number;
  /** Bytes copied so far, and bytes that are known to be needed. */
  bytes: number;
  total: number;
}

/** Shows what has been copied, after each event. */
export type Draw = (tally: Readonly<Tally>, event: ProgressEvent) => void;

/** Parts of a whole bar. */
const STEPS = 1000;

/** Draws a bar on a terminal; `amount` formats bytes for people. */
export function drawBar(stderr: Sink, amount: (bytes: number) => string): Draw {
  const format = '  copying {bar} {copied} | {imagesDone}/{images} images';
  const bar = new cliProgress.SingleBar({
    format,
    clearOnComplete: true,
    hideCursor: true,
    etaBuffer: 100,
    stream: terminalOf(stderr),
  });
  let drawn = false;
  // The total grows while images are read. The bar stays where it is rather than moving back.
  let shown = 0;
  return (tally, { kind }) => {
    if (tally.bytes === 0) return;
    const payload = { ...tally, copied: amount(tally.bytes) };
    shown = Math.max(shown, Math.min(STEPS, Math.floor((tally.bytes / tally.total) * STEPS)));
    if (!drawn) bar.start(STEPS, shown, payload);
    drawn = true;
    bar.update(shown, payload);
    if (kind !== 'image-done' || tally.imagesDone < tally.images) return;
    bar.stop();
    drawn = false;
    shown = 0;
  };
}

/** A terminal for the bar's library that writes to the given sink. */
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
