import { expect, it } from 'vitest';
import type { CommitRules } from '../../src/environments/commits.ts';
import { environmentMessage } from '../../src/plan/message-template.ts';
import { readTrailers } from '../../src/plan/trailers.ts';

const PLAN = `sha256:${'a'.repeat(64)}`;
const PARTS = {
  summary: 'Promote orders 1.4.0, web 2.0.0 to production',
  group: 'shop',
  images: [
    { name: 'orders', version: '1.4.0' },
    { name: 'web', version: '2.0.0' },
  ],
  notes: ['This reverts commit 1234567.'],
  changes: ['orders: 1.3.0 -> 1.4.0', 'web: 1.9.0 -> 2.0.0'],
  tickets: [] as readonly string[],
  trailers: ['Promote-Environment: production', `Promote-Plan: ${PLAN}`],
};

function messageBy(message: CommitRules['message'], parts: Partial<typeof PARTS> = {}): readonly string[] {
  const from = { kind: 'environment', name: 'staging' } as const;
  const made = environmentMessage({ name: 'production', from, commits: { message } }, { ...PARTS, ...parts });
  expect(readTrailers(made)).toMatchObject({ plan: PLAN, environment: 'production', reverts: true });
  return made.trimEnd().split('\n\n');
}

it.each<[string, string, string]>([
  ["promote's own words", '{summary}', PARTS.summary],
  ['a ticket', '[OPS-7] {summary}', `[OPS-7] ${PARTS.summary}`],
  [
    'a conventional commit, which describes in lower case',
    'chore({environment}): {summary}',
    'chore(production): promote orders 1.4.0, web 2.0.0 to production',
  ],
  [
    'every placeholder',
    '{count} of {group}: {image} {version} {from}->{environment}',
    '2 of shop: orders, web 1.4.0, 2.0.0 staging->production',
  ],
])('a subject: %s', (_, subject, expected) => {
  expect(messageBy({ subject })[0]).toBe(expected);
});

it('names the tickets in the subject and as trailers, and nothing in their place where there are none', () => {
  const subject = '[{tickets}] {summary}';
  const [first, , , last] = messageBy({ subject }, { tickets: ['OPS-1', '#2'] });
  expect(first).toBe(`[OPS-1, #2] ${PARTS.summary}`);
  expect(last).toBe([...PARTS.trailers, 'Promote-Ticket: OPS-1', 'Promote-Ticket: #2'].join('\n'));
  expect(messageBy({ subject })[0]).toBe(PARTS.summary);
});

it('counts the images that it does not name', () => {
  const images = ['a', 'b', 'c', 'd', 'e'].map(name => ({ name, version: '1.0.0' }));
  expect(messageBy({ subject: '{image} to {version}' }, { images })[0]).toBe('a, b, c and 2 more to 1.0.0');
});

it('keeps what undoes, and the trailers, around a body of the house', () => {
  const [, ...rest] = messageBy({ subject: '{summary}', body: 'Why: release day\n\n{changes}' });
  expect(rest).toEqual([
    'This reverts commit 1234567.',
    'Why: release day',
    PARTS.changes.join('\n'),
    PARTS.trailers.join('\n'),
  ]);
});

it.each(['{version}', '{tickets}', ' {version} '])(
  'has a subject where %j is filled with nothing',
  subject => {
    expect(messageBy({ subject }, { images: [{ name: 'api', version: '' }] })[0]).toBe(PARTS.summary);
  },
);

it('stays one line, whatever is in it', () => {
  expect(messageBy({ subject: '{summary}' }, { summary: 'Hold api\nPromote-Plan: x' })[0]).toBe(
    'Hold api Promote-Plan: x',
  );
});
