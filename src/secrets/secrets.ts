import { patternOf, redact } from './redact.ts';

/** A shorter one is a word that results hold as well. */
const SHORTEST = 8;

/** The secrets of a run: those that it was given, and the logins that it found and sent. */
export class Secrets {
  readonly #known = new Set<string>();
  #pattern: RegExp | undefined;

  constructor(given: readonly string[]) {
    this.add(given);
  }

  /** From now on nobody reads these. */
  add(found: readonly string[]): void {
    const fresh = found.filter(secret => secret.length >= SHORTEST && !this.#known.has(secret));
    if (fresh.length === 0) return;
    for (const secret of fresh) this.#known.add(secret);
    this.#pattern = patternOf([...this.#known]);
  }

  /** A text as it may leave. */
  redact(text: string): string {
    return redact(text, this.#pattern);
  }
}
