import { describe, expect, it } from 'vitest';
import { history } from '../../src/plan/history.ts';
import { historyReport } from '../../src/reports/history.ts';
import { render } from '../../src/reports/render.ts';
import { digestNamed } from '../fixtures/candidates.ts';

const place = { image: 'api', file: 'qa/api.yaml', locator: '0:image' };
const state = (tag: string) => ({ value: tag, tag, digest: digestNamed(tag) });
const at = { date: new Date('2026-11-21T09:00:00Z'), author: 'Ann <ann@example.com>', unreadable: [] };
const EVENTS = history('qa', [
  { ...at, commit: 'a1', message: 'Start', moves: [{ ...place, after: state('1.0.0') }], source: [] },
  {
    ...at,
    commit: 'b2',
    message: '::error::Ship @everyone\n\nPromote-Ticket: OPS-421\nPromote-Ticket: OPS-7',
    moves: [{ ...place, before: state('1.0.0'), after: state('1.1.0') }],
    source: [{ image: 'api', digest: digestNamed('1.1.0') }],
  },
]);
const RECORDS = [
  {
    kind: 'promotion' as const,
    image: 'api',
    digest: digestNamed('1.1.0'),
    from: 'dev',
    plan: digestNamed('plan'),
    approvals: ['bob'],
    verdicts: [],
    time: '2026-11-21T08:59:00Z',
  },
];

describe('the report of a history', () => {
  const report = historyReport({ environment: 'qa', events: EVENTS, records: RECORDS });

  it.each(['text', 'markdown'] as const)(
    'tells people in %s what was, what came, from where and by whom',
    format => {
      const text = render(report, format, false).replaceAll('\\', '');
      expect(text).toMatch(/api promotion 1\.0\.0 -> 1\.1\.0 .*from dev, approved by bob/);
      expect(text).toMatch(/for OPS-421, OPS-7/);
      expect(text).toMatch(/api edit not pinned -> 1\.0\.0/);
      expect(text).not.toMatch(/::error::|@everyone/);
    },
  );

  it('reports the same to programs', () => {
    const [newest, first] = JSON.parse(render(report, 'json', false)).events;
    expect(newest.images).toMatchObject([
      { kind: 'promotion', record: { from: 'dev' }, after: [{ tag: '1.1.0' }] },
    ]);
    expect([newest.tickets, first.tickets]).toEqual([['OPS-421', 'OPS-7'], []]);
    expect(first).toMatchObject({ commit: 'a1', images: [{ record: null, before: [] }] });
  });

  it('says why records are left out', () => {
    const report = historyReport({ environment: 'qa', events: EVENTS, records: [], unread: ['no answer'] });
    expect(render(report, 'text', false)).toMatch(/a record could not be read.* no answer\n$/);
    expect(report.json).toMatchObject({ unreadRecords: ['no answer'] });
  });

  it('says that there is none', () => {
    const empty = historyReport({ environment: 'qa', events: [], records: [] });
    expect(render(empty, 'text', false)).toContain('no commit');
  });
});

it('says that holds could not be read, to people and programs', () => {
  const unreadHolds = 'promote-holds.yaml cannot be read';
  const report = historyReport({ environment: 'qa', events: EVENTS, records: [], unreadHolds });
  expect(render(report, 'text', false)).toContain(`makes it a promotion here: ${unreadHolds}`);
  expect(JSON.parse(render(report, 'json', false))).toMatchObject({ unreadHolds });
});

it('gives the approval of a plan to the commit that names the plan, not to a pin by hand', () => {
  const plan = digestNamed('plan');
  const [newest, ...older] = EVENTS;
  if (newest === undefined) throw new Error('there are no events');
  const named = { ...newest, commit: 'c3', trailers: { ...newest.trailers, plan } };
  const said = (events: typeof EVENTS) =>
    render(historyReport({ environment: 'qa', events, records: RECORDS }), 'text', false).match(
      /approved by bob/g,
    )?.length ?? 0;
  expect([said([newest, ...older]), said([newest, named]), said([named])]).toEqual([1, 1, 1]);
});
