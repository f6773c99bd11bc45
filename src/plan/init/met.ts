/** An object of another tool that promotes or updates images, and its equivalent here. */
export interface Met {
  readonly file: string;
  /** What it is, such as `Kargo's Stage production`. */
  readonly object: string;
  /** What to write or run here; without an equivalent, what is missing. */
  readonly here: string;
  readonly hasEqual: boolean;
}

/** A `Met` before its file is known. */
export type Row = Omit<Met, 'file'>;

/** An object that has an equivalent here. */
export const same = (object: string, here: string): Row => ({ object, here, hasEqual: true });

/** An object that has no equivalent here. */
export const none = (object: string, here: string): Row => ({ object, here, hasEqual: false });

/** The last part of a repository's path. */
export function lastOf(repository: string): string {
  return repository.slice(repository.lastIndexOf('/') + 1);
}
