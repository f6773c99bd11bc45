/** What is known of a step, by the names of its attributes. */
export type About = Readonly<Record<string, string | number>>;

/** Measures a step of a run; `note` adds what is known only once it is done. */
export type MeasureStep = <T>(
  name: string,
  about: About,
  work: (note: (about: About) => void) => Promise<T>,
) => Promise<T>;

/** Runs a step, and has it measured where somebody asked for that. */
export async function measured<T>(
  { measure }: { readonly measure?: MeasureStep | undefined },
  name: string,
  about: About,
  work: (note: (about: About) => void) => Promise<T>,
): Promise<T> {
  return measure === undefined ? await work(() => undefined) : await measure(name, about, work);
}
