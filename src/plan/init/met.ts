/** Something of another tool that promotes or updates images, and what does the same here. */
export interface Met {
  readonly file: string;
  /** What it is, such as `Kargo's Stage production`. */
  readonly object: string;
  /** What to write or run here; of what has no equal, what is missing. */
  readonly here: string;
  readonly hasEqual: boolean;
}

/** The same before its file is known. */
export type Row = Omit<Met, 'file'>;

/** What has an equal here. */
export const same = (object: string, here: string): Row => ({ object, here, hasEqual: true });

/** What has none. */
export const none = (object: string, here: string): Row => ({ object, here, hasEqual: false });

/** The last part of a repository's path. */
export function lastOf(repository: string): string {
  return repository.slice(repository.lastIndexOf('/') + 1);
}
