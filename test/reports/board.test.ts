import { expect, it } from 'vitest';
import { type Board, type BoardCell, boardReport } from '../../src/reports/board.ts';
import { explainReport } from '../../src/reports/explain.ts';
import { render } from '../../src/reports/render.ts';

const cell = (environment: string, relation: BoardCell['relation']): BoardCell => ({
  environment,
  relation,
  pinned: relation === 'none' ? [] : [{ tag: '1' }],
});

const row = (image: string, ...relations: readonly BoardCell['relation'][]) => ({
  image,
  cells: [cell('dev', 'entry'), ...relations.map(relation => cell('production', relation))],
});

const BOARD: Board = {
  environments: ['dev', 'production'],
  rows: [row('api', 'same'), row('web', 'behind'), row('job', 'none'), row('db', 'unread')],
  holds: [],
  unreadable: [],
  unread: [],
  failures: [],
  pinned: [],
  left: [],
};

it('counts first what differs and what could not be read, by environment', () => {
  const [first, second] = render(boardReport(BOARD), 'text', false).split('\n');
  expect([first, second]).toEqual([
    'dev: 4 of 4 pinned',
    'production: 1 of 4 different, 1 not read, 1 not pinned, 1 the same',
  ]);
  const empty = render(boardReport({ ...BOARD, rows: [] }), 'text', false);
  expect(empty).toMatch(/^dev: no image\n/);
});

it.each([
  ['unknown', 'not compared'],
  ['tag', 'with another tag'],
] as const)('never says that a pin without a digest is different: %s', (relation, words) => {
  const text = render(boardReport({ ...BOARD, rows: [row('api', relation)] }), 'text', false);
  expect(text).toContain(`production: 1 of 1 ${words}`);
  expect(text).toContain('1 no digest ~');
  expect(text).toContain('(~ only tags are known, as a pin has no digest)');
});

it('names a command once where the reason names it already', () => {
  const command = 'promote plan dev --image api=ghcr.io/acme/api:<tag>';
  const explained = (reason: string) =>
    render(
      explainReport({
        subject: 'api',
        kind: 'image',
        places: [],
        next: [{ environment: 'dev', image: 'api', state: 'absent', reason, gates: [], command }],
      }),
      'text',
      false,
    ).split(command).length - 1;
  expect([explained(`no build was named for it: ${command}`), explained('nothing is planned')]).toEqual([
    1, 1,
  ]);
});
