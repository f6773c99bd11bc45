/** Keys and indices from the document's root. */
export type Path = readonly PropertyKey[];

/** A problem of the file, before its place in the text is known. */
export interface Issue {
  /** May end in a key that is missing; then the nearest key above it is shown. */
  readonly path: Path;
  /** Whether the caret is below the key or the value. */
  readonly at: 'key' | 'value';
  readonly message: string;
  /** A function if the hint is slow to compute: of many issues only the first are shown. */
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
