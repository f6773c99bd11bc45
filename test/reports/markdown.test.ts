import { describe, expect, it } from 'vitest';
import { type Block, heading, line, phrase } from '../../src/reports/document.ts';
import { markdown } from '../../src/reports/markdown.ts';

const items = (...texts: readonly string[]): Block => ({
  kind: 'items',
  items: texts.map(text => [phrase(text)]),
});

const SHOWN: readonly (readonly [what: string, blocks: readonly Block[], expected: string])[] = [
  ['what waits in bold', [heading(phrase('qa'), phrase('waiting', 'wait'))], '### qa **waiting**'],
  ['what is done as it is', [line(phrase('all'), phrase('done', 'good'))], 'all done'],
  ['quiet words as they are', [line(phrase('plan'), phrase('0123', 'quiet'))], 'plan 0123'],
  [
    'what is indented below its item',
    [items('api', '  to r'), items('  pins: ok')],
    '- api\n  - to r\n  - pins: ok',
  ],
  ['blocks apart', [items('api'), line(phrase('end'))], '- api\n\nend'],
  [
    'addresses that lead there',
    [line(phrase('https://github.com/acme/my-repo_x/pull/1'))],
    '<https://github.com/acme/my-repo_x/pull/1>',
  ],
  [
    'addresses among words',
    [line(phrase('see https://a.b/c-d now', 'bad'))],
    '**see <https://a.b/c-d> now**',
  ],
  [
    'addresses without the punctuation around them',
    [line(phrase('(https://a.b/c-d), see https://a.b/e.'))],
    '(<https://a.b/c-d>), see <https://a.b/e>.',
  ],
  ['no address with a bracket in it', [line(phrase('https://a>b'))], 'https://a\\>b'],
  [
    'cells that end no table',
    [{ kind: 'table', head: ['a|b'], rows: [[phrase('c|\nd', 'bad')]] }],
    '| a\\|b |\n| --- |\n| **c\\| d** |',
  ],
  [
    'a diff that cannot be left',
    [{ kind: 'diff', text: '+```\n+::error::x' }],
    '````diff\n+```\n+:\u200b:error:\u200b:x\n````',
  ],
  ['text literally', [line(phrase('<b> *x* `y` @all'))], '\\<b\\> \\*x\\* \\`y\\` @\u200ball'],
];

describe('Markdown shows', () => {
  it.each(SHOWN)('%s', (_, blocks, expected) => {
    expect(markdown(blocks)).toBe(expected);
  });
});
