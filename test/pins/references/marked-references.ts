import { expect } from 'vitest';
import { editReferences } from '../../../src/pins/references/edit.ts';
import { findReferences } from '../../../src/pins/references/find.ts';
import type { ReferenceFormat, ReferenceSite, ReferenceTarget } from '../../../src/pins/references/site.ts';
import { marked, NEW } from '../marked.ts';

/** A file and what its references shall name. */
export interface Rewriting {
  readonly file: string;
  readonly format: ReferenceFormat;
  /** By what is written; default: the new digest for all. */
  readonly targets?: Readonly<Record<string, ReferenceTarget>>;
}

/** Rewrites a marked text's left side and expects its right side, nothing more, once and again; answers what it found. */
export function expectRewrites(text: string, { file, format, targets }: Rewriting): readonly ReferenceSite[] {
  const { before, after } = marked(text);
  const sites = findReferences(file, before, format);
  const edits = sites.flatMap(({ kind, locator, written }) => {
    const target = targets === undefined ? { digest: NEW } : targets[written];
    return kind === 'explained' || target === undefined ? [] : [{ locator, written, target }];
  });
  expect(edits).not.toHaveLength(0);
  const edited = editReferences(file, before, format, edits);
  expect(edited).toBe(after);
  expect(editReferences(file, edited, format, edits)).toBe(edited);
  return sites;
}

/** `locator line written`, and the reason where it is left alone. */
export function summaries(file: string, text: string, format: ReferenceFormat): readonly string[] {
  return findReferences(file, marked(text).before, format).map(site => {
    const why = site.kind === 'explained' ? ` (${site.why})` : '';
    return `${site.locator} ${site.line} ${site.written}${why}`;
  });
}
