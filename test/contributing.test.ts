import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const TEXT = readFileSync(join(ROOT, 'CONTRIBUTING.md'), 'utf8');

/** The numbered lists under `### One …`, by title: the paths that each begins its lines with. */
const WALKS = [...TEXT.matchAll(/^### (One .+)\n([\s\S]*?)(?=^#|(?![\s\S]))/gm)].map(
  ([, title = '', body = '']) =>
    [title, [...body.matchAll(/^\d+\. `([^`]+)`/gm)].map(([, path = '']) => path)] as const,
);

describe('CONTRIBUTING', () => {
  it('names files and folders that exist', () => {
    const named = [...TEXT.matchAll(/`((?:src|test|docs|scripts|environments)\/[^`\s]+)`/g)].map(
      ([, path = '']) => path,
    );
    expect(named.length).toBeGreaterThan(40);
    // A placeholder stands for a name that a contributor chooses; its folder has to exist.
    const fixed = named.map(path =>
      path.includes('<') ? dirname(path.slice(0, path.indexOf('<') + 1)) : path,
    );
    expect(fixed.filter(path => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  it('maps every folder of src', () => {
    const folders = globSync('src/*/', { cwd: ROOT }).map(path => path.replace(/\/$/, ''));
    expect(folders.filter(path => !TEXT.includes(path))).toEqual([]);
  });

  it('has both walk-throughs', () => {
    expect(WALKS.map(([title]) => title)).toEqual(['One image reference', 'One review']);
  });

  it.each(WALKS)('visits no file twice, and only files that an earlier one leads to: %s', (_, paths) => {
    expect(paths.length).toBeGreaterThan(6);
    expect(new Set(paths).size).toBe(paths.length);
    const [first, ...others] = paths;
    const seen = [first ?? ''];
    for (const path of others) {
      // Either an earlier file calls it, or it takes what an earlier file answers.
      const touching = seen.filter(
        before => imports(before).includes(path) || imports(path).includes(before),
      );
      expect(touching, path).not.toEqual([]);
      seen.push(path);
    }
  });
});

function imports(path: string): readonly string[] {
  const text = readFileSync(join(ROOT, path), 'utf8');
  return [...text.matchAll(/\bfrom '(\.[^']+)'|\bimport\('(\.[^']+)'\)/g)].map(([, named, lazy]) =>
    relative(ROOT, join(ROOT, dirname(path), named ?? lazy ?? '')),
  );
}
