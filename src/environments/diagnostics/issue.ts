/** Keys and indices from the document's root. */
export type Path = readonly PropertyKey[];

/** Something wrong with the file, before it is known where in the text that is. */
export interface Issue {
  /** May end in a key that is missing; then the nearest key above it is shown. */
  readonly path: Path;
  /** Which of the two the caret stands under. */
  readonly at: 'key' | 'value';
  readonly message: string;
  /** A function where the hint costs time: of very many issues only the first are shown. */
  readonly hint?: string | (() => string | undefined) | undefined;
}

/** An issue at its place in the text. */
export interface Problem {
  readonly message: string;
  readonly hint?: string | undefined;
  /** 1-based. */
  readonly line: number;
  /** 1-based, in UTF-16 units. */
  readonly column: number;
  /** The source line and, below it, carets. */
  readonly excerpt: string;
}
