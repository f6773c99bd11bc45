import { describe, expect, it } from 'vitest';
import { ageText, timeText } from '../../src/page/age.ts';
import { boardRows, filterRows } from '../../src/page/filter.ts';
import { noticesOf } from '../../src/page/notices.ts';
import { addressOf, placeOf } from '../../src/page/places.ts';
import { drawnRows } from '../../src/page/rows.ts';
import { digestText, pinnedText, versionText } from '../../src/page/versions.ts';
import { siteData } from '../../src/reports/site/site.ts';
import { digestNamed } from '../fixtures/candidates.ts';
import { fleetSite } from '../fixtures/site.ts';

describe('the rows that are drawn', () => {
  it.each([
    ['at the top', 1000, 0, [0, 16]],
    ['in the middle', 1000, 50_000, [494, 516]],
    ['at the end', 1000, 99_000, [984, 1000]],
    ['of a short list that was scrolled further', 3, 50_000, [3, 3]],
    ['of an empty list', 0, 0, [0, 0]],
  ])('are few: %s', (_, count, top, drawn) => {
    expect(drawnRows({ count, rowHeight: 100, top, height: 1000 })).toEqual(drawn);
  });
});

describe('what a reader looks for', () => {
  const data = siteData(fleetSite(20), false);
  const rows = boardRows(data);
  const names = (text: string, environment = '', state = '') =>
    filterRows(rows, data, { text, environment, state }).map(({ image }) => image.name);

  it.each([
    ['an image', 'service-0003', '', '', ['service-0003']],
    ['a digest', digestNamed('service-0004 1.4.0').slice(0, 20), '', '', ['service-0004']],
    ['words in any order', '1.5.0 SERVICE-0012', '', '', ['service-0012']],
    ['a person', 'dora service-0002', '', '', ['service-0002']],
    ['nothing that is there', 'service-0003 nowhere', '', '', []],
    ['what waits in one environment', '', 'staging', 'waiting', ['service-0000']],
    ['what is closed anywhere', '', '', 'closed', ['service-0001']],
    ['what is held', '', '', 'held', ['service-0001']],
    ['what is not sound, which nobody asked for', '', '', 'faulty', []],
  ])('finds %s', (_, text, environment, state, found) => {
    expect(names(text, environment, state)).toEqual(found);
  });

  it('finds what differs from the environment before', () => {
    const behind = names('', 'qa', 'behind');
    expect(behind).toContain('service-0001');
    expect(behind).not.toContain('service-0000');
  });
});

it('finds what has another tag and no digest, and does not say that it differs', () => {
  const input = fleetSite(20);
  const images = input.status.images.map(({ image, cells }) => ({
    image,
    cells: cells.map(cell => (cell.relation === 'behind' ? { ...cell, relation: 'tag' as const } : cell)),
  }));
  const data = siteData({ ...input, status: { ...input.status, images } }, true);
  const count = (state: string) =>
    filterRows(boardRows(data), data, { text: '', environment: 'qa', state }).length;
  expect([count('behind'), count('tag') > 0]).toEqual([0, true]);
});

describe('what was not read', () => {
  it('is told above everything, and is never said to be as it should', () => {
    const input = fleetSite(1);
    const failures = [{ message: 'no route', hint: null }];
    const environments = input.environments.map(source =>
      source.name === 'test' ? { ...source, groups: [], failures } : { ...source, failures: [] },
    );
    const said = noticesOf(siteData({ ...input, environments }, true));
    expect(said).toEqual([
      'test: not all could be read, so something may be missing here',
      'qa: not all could be read, so something may be missing here',
      'production-eu: frozen',
    ]);
    expect(pinnedText({ pinned: [], relation: 'unread' })).toBe('not known');
    expect(pinnedText({ pinned: [{ tag: '1.0.0' }], relation: 'unread' })).toBe('1.0.0');
  });
});

describe('what the page says', () => {
  const now = Date.parse('2026-11-30T08:00:00Z');
  it.each([
    ['2026-11-30T07:59:40Z', 'just now'],
    ['2026-11-30T08:05:00Z', 'just now'],
    ['2026-11-30T07:00:00Z', '1 hour ago'],
    ['2026-11-28T07:00:00Z', '2 days ago'],
    ['2024-11-28T07:00:00Z', '2 years ago'],
  ])('of the age of %s', (date, said) => expect(ageText(date, now)).toBe(said));

  it('of times and versions', () => {
    expect(timeText('2026-11-30T08:00:00.000Z')).toBe('2026-11-30 08:00 UTC');
    const digest = digestNamed('a');
    expect(versionText([{ tag: '1.0.0', digest }, { digest }])).toBe(`1.0.0 + ${digest.slice(7, 19)}`);
    expect([versionText([]), digestText([{ tag: '1.0.0' }])]).toEqual(['not pinned', 'no digest']);
  });
});

describe('an address', () => {
  it('names what it is about, whatever that is called', () => {
    const { page, names, query } = placeOf(`${addressOf('group', 'qa', 'a/b c%')}?q=x`);
    expect([page, names, query.get('q')]).toEqual(['group', ['qa', 'a/b c%'], 'x']);
  });

  it.each(['', '#', '#/', '#/%E0%A4%A'])('that names nothing breaks nothing: %s', hash => {
    expect(placeOf(hash).names).toEqual([]);
  });
});
