import { expect, it } from 'vitest';
import { shown } from '../../src/cli/print.ts';
import { phrase, type Report } from '../../src/reports/document.ts';
import { render } from '../../src/reports/render.ts';

const ENVIRONMENTS = ['dev', 'qa', 'staging', 'production'];
const table = (cell: string, image = 'payments-api'): Report => ({
  blocks: [
    {
      kind: 'table',
      head: ['image', ...ENVIRONMENTS],
      rows: [[phrase(image), ...ENVIRONMENTS.map(() => phrase(cell))]],
    },
  ],
  json: {},
});

it('fits 80 columns with four environments, and cuts no word', () => {
  const cell = '1.10.0-rc.1 2e97aa6f9f9e <<';
  const text = render(table(cell), 'text', false, 80);
  expect(Math.max(...text.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(80);
  const words = (line: string) => line.split(/\s+/).filter(word => word !== '');
  expect(words(text).sort()).toEqual(
    ['image', ...ENVIRONMENTS, 'payments-api', ...ENVIRONMENTS.flatMap(() => words(cell))].sort(),
  );
});

it('stays on one line a row where it fits, and where nothing says how wide it may be', () => {
  const cell = '1.1.0 8e2c15fb014b';
  expect(render(table(cell, 'api'), 'text', false, 100).trim().split('\n')).toHaveLength(2);
  expect(
    render(table(`${cell} ${cell} ${cell}`), 'text', false)
      .trim()
      .split('\n'),
  ).toHaveLength(2);
});

it('lists the cells of each row where words are too many for any table', () => {
  const head = ['image', 'digest', 'target', 'parts', 'signature', 'record', 'evidence'];
  const cells = ['8e2c15fb014b', 'registry.acme.example/production/payments-api', '3 manifests, 8 blobs'];
  const more = ['key 47debbb4bef5', 'plan b6d18e1b0002', `${'all of it '.repeat(9)}`.trim()];
  const rows = [[phrase('payments-api'), ...[...cells, ...more].map(text => phrase(text))]];
  const text = render({ blocks: [{ kind: 'table', head, rows }], json: {} }, 'text', false, 80);
  expect(text).toBe(`  payments-api
    digest     8e2c15fb014b
    target     registry.acme.example/production/payments-api
    parts      3 manifests, 8 blobs
    signature  key 47debbb4bef5
    record     plan b6d18e1b0002
    evidence   all of it all of it all of it all of it all of it all of it all
               of it all of it all of it
`);
});

it('is as wide as a word that is too long, and no wider', () => {
  const text = render(table('a b', 'a'.repeat(90)), 'text', false, 80);
  expect(text).toContain('a'.repeat(90));
});

it.each([
  [{}, false, false],
  [{}, true, true],
  [{ FORCE_COLOR: '1' }, false, true],
  [{ FORCE_COLOR: '0' }, true, false],
  [{ NO_COLOR: '1' }, true, false],
  [{ NO_COLOR: '1', FORCE_COLOR: '1' }, false, false],
])('with %j, on a terminal: %s, it is in colour: %s', (env, isTTY, expected) => {
  const report = { blocks: [{ kind: 'line', phrases: [phrase('done', 'good')] }], json: {} } as const;
  const sink = { isTTY, write: () => true };
  expect(shown({ env }, sink, report).includes('\u001B')).toBe(expected);
});
