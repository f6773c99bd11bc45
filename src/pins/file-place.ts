/** A part of a file that belongs to one environment, as the environments file names it. */
export interface FilePlace {
  readonly at: string;
  /** The start of its pins' locators. */
  readonly locator: string;
  /** Whether a character of the file is a value of the part. */
  readonly covers: (offset: number) => boolean;
}
