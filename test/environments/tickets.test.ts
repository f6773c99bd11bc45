import { describe, expect, it } from 'vitest';
import { isTicket, ticketsOf, withoutTickets } from '../../src/environments/tickets.ts';

describe('the key of a ticket', () => {
  it.each(['OPS-421', '#12', 'acme/shop#12', '4711', 'OPS_2-1', 'x.y-1'])('is %j', text =>
    expect(isTicket(text)).toBe(true),
  );
  it.each([
    '',
    'OPS 1',
    '-1',
    '@alice',
    'a\nPromote-Plan: x',
    '<b>',
    '::set-output',
    '-->',
    '[x](y)',
    'x'.repeat(65),
  ])('is not %j', text => expect(isTicket(text)).toBe(false));
});

it('is named now, or was before; the usual ones stand in where nobody names any', () => {
  const rules = { tickets: ['OPS-1'] };
  expect(ticketsOf(rules)).toEqual(['OPS-1']);
  expect(ticketsOf(rules, ['OPS-2'], ['OPS-1', 'OPS-3', 'OPS-2'])).toEqual(['OPS-3', 'OPS-2']);
  expect(ticketsOf(undefined, [], ['OPS-3'])).toEqual(['OPS-3']);
  expect(ticketsOf(undefined)).toEqual([]);
});

it.each([
  ['[{tickets}] {summary}', '{summary}'],
  ['{tickets}: {summary}', '{summary}'],
  ['chore({tickets}): {summary}', 'chore: {summary}'],
  ['{summary} ({tickets})', '{summary} '],
  ['Why\nTickets: {tickets}\n{changes}', 'Why\n{changes}'],
  ['{tickets} {content}\nmore', ' {content}\nmore'],
])('leaves no trace in %j', (template, expected) => expect(withoutTickets(template)).toBe(expected));
