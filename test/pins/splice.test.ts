import { expect, it } from 'vitest';
import { applySplices } from '../../src/pins/text/splice.ts';

const splice = (start: number, end: number, text: string) => ({ start, end, text });

it('makes splices in any order, each once, and insertions at one place in the order given', () => {
  const splices = [
    splice(4, 5, 'E'),
    splice(0, 1, 'A'),
    splice(2, 2, '-'),
    splice(2, 2, '+'),
    splice(0, 1, 'A'),
  ];
  expect(applySplices('a.yaml', 'abcde', splices)).toBe('Ab-+cdE');
});

it.each([
  ['one place', [splice(0, 2, 'x'), splice(0, 2, 'y')]],
  ['overlapping places', [splice(0, 3, 'x'), splice(2, 4, 'x')]],
])('refuses two values for %s', (_, splices) => {
  expect(() => applySplices('a.yaml', 'abcde', splices)).toThrow(
    expect.objectContaining({ code: 'INVALID' }),
  );
});
