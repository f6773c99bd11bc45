/** Splits paths so that each part fits on a command line, which can be at least 128 KiB. */
export function* pathBatches(paths: readonly string[]): Generator<readonly string[]> {
  for (let start = 0; start < paths.length; start += SIZE) yield paths.slice(start, start + SIZE);
}

const SIZE = 200;
