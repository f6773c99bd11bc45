/** One client's figure. */
export interface Measured {
  readonly client: string;
  readonly what: string;
  readonly seconds: number;
  /** Registry requests an image. */
  readonly requests: number;
}

/** Seconds of wall time that the work takes. */
export async function measure(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

/** Prints figures grouped by what was done, with each client's time as a multiple of the reference's. */
export function printTable(title: string, rows: readonly Measured[], reference: string): void {
  console.log(`\n${title}`);
  for (const [what, group] of Map.groupBy(rows, row => row.what)) {
    console.log(`  ${what}`);
    const base = group.find(({ client }) => client === reference)?.seconds ?? Number.NaN;
    for (const { client, seconds, requests } of group) {
      const ratio = `${(seconds / base).toFixed(2)} x`;
      console.log(
        `    ${client.padEnd(10)} ${seconds.toFixed(2).padStart(7)} s ${ratio.padStart(9)} ${requests.toFixed(1).padStart(7)} requests an image`,
      );
    }
  }
}
