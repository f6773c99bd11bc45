import type { Issue } from '../diagnostics/issue.ts';
import type { SoundPart } from '../schema/sound-part.ts';

/** What rules judge: the valid part of a file, and all names that it defines. */
export interface Judged {
  readonly file: SoundPart;
  readonly imageNames: ReadonlySet<string>;
  readonly environmentNames: ReadonlySet<string>;
  readonly freezeNames: ReadonlySet<string>;
}

/** A condition on several keys at once; returns what breaks it. */
export type Rule = (judged: Judged) => readonly Issue[];
