import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type Comment, commentsIn, likelyComments } from './comments.ts';
import { longSentences } from './sentences.ts';

const ROOT = join(import.meta.dirname, '..');

it('has one thought a sentence in each comment of the code', () => {
  const long = globSync('src/**/*.ts', { cwd: ROOT }).flatMap(path => {
    const code = readFileSync(join(ROOT, path), 'utf8');
    // Parsing all files takes seconds, and few of them need it.
    if (likelyComments(code).every(isShort)) return [];
    return commentsIn(code)
      .filter(comment => !isShort(comment))
      .map(({ offset, text }) => `${path}:${code.slice(0, offset).split('\n').length}: ${text}`);
  });
  expect(long).toEqual([]);
});

function isShort({ text }: Comment): boolean {
  return longSentences(text).length === 0;
}

it('finds comments alone, with the lines of one together', () => {
  const code = [
    '/** One\n * two. */',
    "const a = '// no'; // three",
    '// four',
    'const b = [/\\/\\*/, `/* no */`]; /* five */',
  ].join('\n');
  const texts = commentsIn(code).map(({ text }) => text.replace(/\s+/g, ' ').trim());
  expect(texts).toEqual(['One two.', 'three four', 'five']);
});
