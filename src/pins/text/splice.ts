import { PromoteError } from '../../errors.ts';

/** A range of a text to replace. If `start` equals `end`, the new text is inserted. */
export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Applies splices in any order. Equal splices are applied once. Throws `INVALID` where two overlap. */
export function applySplices(file: string, text: string, splices: readonly Splice[]): string {
  let edited = '';
  let done = 0;
  let here: Splice[] = [];
  for (const splice of splices.toSorted((a, b) => a.start - b.start)) {
    if (here.some(made => isSame(made, splice))) continue;
    if (splice.start < done) {
      throw new PromoteError('INVALID', `${file}: two pins share one value and shall hold different ones`, {
        hint: 'write the value out in each place, without the alias',
      });
    }
    edited += text.slice(done, splice.start) + splice.text;
    done = splice.end;
    here = [...here.filter(({ start }) => start === splice.start), splice];
  }
  return edited + text.slice(done);
}

function isSame(a: Splice, b: Splice): boolean {
  return a.start === b.start && a.end === b.end && a.text === b.text;
}
