import type { LineCounter } from 'yaml';
import type { Around } from './around.ts';
import type { PinFormat, PinTarget } from './pin.ts';
import type { PinSite, Site } from './site/site.ts';
import type { Splice } from './text/splice.ts';
import type { Spot } from './yaml/source.ts';

/** One way in which files name images: how to recognise it, find its images, and edit them. */
interface Format<Facts, Read> {
  readonly name: PinFormat;
  readonly is: (facts: Facts) => boolean;
  /** Every place that names an image, in any order. Throws `INVALID` for a file of another format. */
  readonly sites: (read: Read, around: Around) => readonly Site[];
  /** The splices that change a pin of this format to the target. Throws `INVALID` where that cannot be. */
  readonly edit: (site: PinSite, target: PinTarget) => readonly Splice[];
}

/** A format of files that is recognised by the file's path. */
export type FileFormat = Format<string, TextFile>;

/** A format of YAML documents that is recognised by the document's content. */
export type DocumentFormat = Format<Spot, Spot>;

/** A file's text, and where its lines begin. */
export interface TextFile {
  readonly file: string;
  readonly text: string;
  readonly lines: LineCounter;
}
