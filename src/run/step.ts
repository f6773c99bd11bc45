/** The attributes of a step, by name. */
export type About = Readonly<Record<string, string | number>>;

/** Measures a step of a run; `note` adds attributes that are known only at its end. */
export type MeasureStep = <T>(
  name: string,
  about: About,
  work: (note: (about: About) => void) => Promise<T>,
) => Promise<T>;

/** Runs a step, and measures it if telemetry is on. */
export async function measured<T>(
  { measure }: { readonly measure?: MeasureStep | undefined },
  name: string,
  about: About,
  work: (note: (about: About) => void) => Promise<T>,
): Promise<T> {
  return measure === undefined ? await work(() => undefined) : await measure(name, about, work);
}
