import type { LineCounter } from 'yaml';
import type { Around } from './around.ts';
import type { PinFormat, PinTarget } from './pin.ts';
import type { PinSite, Site } from './site/site.ts';
import type { Splice } from './text/splice.ts';
import type { Spot } from './yaml/source.ts';

/** One way in which files name images: how it is recognised, where it names them, and how an edit writes one. */
interface Format<Facts, Read> {
  readonly name: PinFormat;
  readonly is: (facts: Facts) => boolean;
  /** Every place that names an image, in any order. Throws `INVALID` for what is not of this format after all. */
  readonly sites: (read: Read, around: Around) => readonly Site[];
  /** The splices that make a pin of this format contain the target. Throws `INVALID` where it cannot. */
  readonly edit: (site: PinSite, target: PinTarget) => readonly Splice[];
}

/** A format of files that is recognised by their path. */
export type FileFormat = Format<string, TextFile>;

/** A format of YAML documents that is recognised by their content. */
export type DocumentFormat = Format<Spot, Spot>;

/** A file's text, and where its lines begin. */
export interface TextFile {
  readonly file: string;
  readonly text: string;
  readonly lines: LineCounter;
}
