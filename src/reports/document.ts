/** The meaning of a phrase, for colours on a terminal. */
export type Tone = 'good' | 'wait' | 'bad' | 'quiet' | 'plain';

/** A piece of text with its meaning. Text from outside is neutralised when it is rendered. */
export interface Phrase {
  readonly text: string;
  readonly tone: Tone;
  /** The address that the text stands for, where a format has links. */
  readonly url?: string | undefined;
}

/** The parts of a report, in any output format. */
export type Block =
  | { readonly kind: 'heading'; readonly phrases: readonly Phrase[] }
  | { readonly kind: 'line'; readonly phrases: readonly Phrase[] }
  | { readonly kind: 'items'; readonly items: readonly (readonly Phrase[])[] }
  | {
      readonly kind: 'table';
      readonly head: readonly string[];
      readonly rows: readonly (readonly Phrase[])[];
    }
  | { readonly kind: 'diff'; readonly text: string };

/** A result for people (`blocks`) and for programs (`json`, which is printed with its version). */
export interface Report {
  readonly blocks: readonly Block[];
  readonly json: object;
}

/** The version of all JSON output. It grows if a key is removed or changes its meaning. */
export const OUTPUT_VERSION = 1;

/** A phrase with a tone; the default is plain. */
export function phrase(text: string, tone: Tone = 'plain'): Phrase {
  return { text, tone };
}

/** A heading of one phrase. */
export function heading(...phrases: readonly Phrase[]): Block {
  return { kind: 'heading', phrases };
}

/** A line of phrases, joined by single spaces. */
export function line(...phrases: readonly Phrase[]): Block {
  return { kind: 'line', phrases };
}
