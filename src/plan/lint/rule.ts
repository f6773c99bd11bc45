import type { Finding, Place } from '../check.ts';
import type { LintedPin, LintedWorld } from './read.ts';

/** One thing that is looked for in an environment's files. */
export interface LintRule {
  readonly name: string;
  readonly severity: Finding['severity'];
  /** One sentence: what is wrong where the rule finds something. */
  readonly description: string;
  readonly find: (world: LintedWorld) => readonly Found[];
}

/** A place that a rule has something to say about. */
export interface Found {
  readonly place: Place;
  readonly message: string;
  readonly hint: string;
  /** The pin, if the digest that its tag names now would solve the problem. */
  readonly pin?: LintedPin | undefined;
}
