import { patternOf, redact } from './redact.ts';

/** Shorter texts may be ordinary words of results, and are not redacted. */
const SHORTEST = 8;

/** The secrets of a run: those that it was given, and the logins that it found and sent. */
export class Secrets {
  readonly #known = new Set<string>();
  #pattern: RegExp | undefined;

  constructor(given: readonly string[]) {
    this.add(given);
  }

  /** Adds secrets that are redacted from now on. */
  add(found: readonly string[]): void {
    const fresh = found.filter(secret => secret.length >= SHORTEST && !this.#known.has(secret));
    if (fresh.length === 0) return;
    for (const secret of fresh) this.#known.add(secret);
    this.#pattern = patternOf([...this.#known]);
  }

  /** The text without secrets, for output. */
  redact(text: string): string {
    return redact(text, this.#pattern);
  }
}
