import { expect } from 'vitest';
import { findSites } from '../../src/pins/find.ts';
import { namesRepository, type Site } from '../../src/pins/site/site.ts';
import { editReferences, type ReferenceEdit } from '../../src/plan/refresh/edit-references.ts';
import type { ReferenceTarget } from '../../src/plan/refresh/reference-target.ts';
import { marked, NEW } from './marked.ts';

/** A file and what its references shall name. */
export interface Rewriting {
  readonly file: string;
  /** By what is written; default: the new digest for all. */
  readonly targets?: Readonly<Record<string, ReferenceTarget>>;
}

/** Rewrites a marked text's left side and expects its right side, nothing more, once and again; answers what it found. */
export function expectRewrites(text: string, { file, targets }: Rewriting): readonly Site[] {
  const { before, after } = marked(text);
  const sites = findSites(file, before);
  const edits = sites.filter(namesRepository).flatMap(({ pin, written }): readonly ReferenceEdit[] => {
    const target = targets === undefined ? { digest: NEW } : targets[written];
    return target === undefined ? [] : [{ locator: pin.locator, written, target }];
  });
  expect(edits).not.toHaveLength(0);
  const edited = editReferences(file, before, edits);
  expect(edited).toBe(after);
  expect(editReferences(file, edited, edits)).toBe(edited);
  return sites;
}

/** `locator line written`, and the reason where it is left alone. */
export function summaries(file: string, text: string): readonly string[] {
  return findSites(file, marked(text).before).map(site => {
    const [{ locator, line }, why] = site.kind === 'pin' ? [site.pin, ''] : [site, ` (${site.why})`];
    return `${locator} ${line} ${site.written}${why}`;
  });
}
