import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { textsIn } from './messages.ts';
import { longSentences } from './sentences.ts';

const ROOT = join(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
/** Files whose long texts are no sentences: a page, a query, an environments file, a shell's functions. */
const NO_PROSE: readonly string[] = [
  'src/reports/site/page.ts',
  'src/forges/github/pull-requests/merge-look.ts',
  'src/demo/files.ts',
  'src/cli/completion.ts',
];

/** Words that a reader of English as a second language reads twice; the plain ones are continue, update, say and promote. */
const READ_TWICE = /\b(?:go(?:es)? on|lets? in|brings?|brought|tells?|so already)\b/;

it.each(['src/**/*.ts', 'environments/schema/*.json', 'environments/schema.json'])(
  '%s uses plain words',
  glob => {
    const paths = globSync(glob, { cwd: ROOT }).filter(path => !NO_PROSE.includes(path));
    const found = paths.flatMap(path => {
      const texts = path.endsWith('.ts')
        ? textsIn(read(path)).map(({ text }) => text)
        : read(path).split('\n');
      return texts
        .filter(text => text.includes(' ') && READ_TWICE.test(text))
        .map(text => `${path}: ${text.trim()}`);
    });
    expect(found).toEqual([]);
  },
);

describe('has one thought a sentence', () => {
  it('in each message, help text and description that the code spells', () => {
    const paths = globSync('src/**/*.ts', { cwd: ROOT }).filter(path => !NO_PROSE.includes(path));
    const long = paths.flatMap(path => {
      const code = read(path);
      return textsIn(code).flatMap(({ offset, text }) =>
        longSentences(text).map(
          sentence => `${path}:${code.slice(0, offset).split('\n').length}: ${sentence}`,
        ),
      );
    });
    expect(long).toEqual([]);
  });

  it('in each description of an action, a component and an input', () => {
    const paths = [
      ...globSync('{action.yml,actions/*/action.yml}', { cwd: ROOT }),
      ...globSync('templates/**/*.yml', { cwd: ROOT }),
    ];
    const long = paths.flatMap(path =>
      [...read(path).matchAll(/^ *(?:description|title): *(?:"(.*)"|'(.*)'|([^|>].*))$/gm)].flatMap(
        ([, double = '', single = '', plain = '']) =>
          longSentences(double || single || plain).map(sentence => `${path}: ${sentence}`),
      ),
    );
    expect(long).toEqual([]);
  });

  it('whatever a text is put together from', () => {
    const half = 'word '.repeat(13);
    expect(long(`f('${half}' + "${half}");`)).toBe(1);
    expect(long(`f(\`${half}\${g('${half}')} ${half}\`);`)).toBe(1);
    expect(long(`f('${half}', '${half}');`)).toBe(0);
    expect(long(`f(\`${half.repeat(2)}\` + g('x'));`)).toBe(1);
  });
});

function long(code: string): number {
  return textsIn(code).flatMap(({ text }) => longSentences(text)).length;
}
