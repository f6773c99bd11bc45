import type { SiteChange, SiteData, SiteEvent, SiteGroup, SiteVerdict } from '../reports/site/data.ts';
import { timeText } from './age.ts';
import { personOf } from './cell.ts';
import { type Child, element, outside } from './dom.ts';
import { eventTitle, groupTitle } from './items.ts';
import { addressOf } from './places.ts';
import { digestText, versionText } from './versions.ts';

/** The page of one promotion, rollback or edit. */
export function promotionView(data: SiteData, event: SiteEvent): readonly Node[] {
  const { commit, date, author, requestedBy, subject, url, plan, unreadable, changes } = event;
  return [
    title(eventTitle(event)),
    facts([
      ['When', timeText(date)],
      ['Author', author && personOf(author)],
      ['Requested by', requestedBy],
      ['Commit', outside(commit.slice(0, 12), url)],
      ['Message', subject],
      ['Plan', plan ?? undefined],
      ['Not readable', unreadable > 0 ? `${unreadable} files` : undefined],
    ]),
    ...changes.flatMap(change => changeParts(data, change)),
  ];
}

function changeParts({ isPublic }: SiteData, change: SiteChange): readonly Node[] {
  const { image, kind, before, after, files, record } = change;
  const heading = element('h2', {}, element('a', { href: addressOf('image', image) }, image), ` ${kind}`);
  const said: [string, Child][] = [
    ['Before', `${versionText(before)} (${digestText(before) || 'nothing'})`],
    ['After', `${versionText(after)} (${digestText(after) || 'nothing'})`],
    ['Files', files.length === 0 ? undefined : files.join(', ')],
  ];
  if (record === null) return [heading, facts([...said, ['Record', 'no signed record was read']])];
  const { from, time, approvals, approvedBy, verdicts, pullRequest, run } = record;
  return [
    heading,
    facts([
      ...said,
      ['Record', `signed, made ${timeText(time)}`],
      ['From', from],
      ['Approvals', isPublic ? String(approvals) : approvedBy.join(', ') || 'none'],
      ['Pull request', pullRequest && outside(pullRequest, pullRequest)],
      ['Run', run && outside(run, run)],
    ]),
    ...(verdicts.length > 0 ? [verdictTable(verdicts)] : []),
  ];
}

/** The page of a group that waits, is closed, or is ready. */
export function groupView(group: SiteGroup): readonly Node[] {
  const { state, plan, pullRequest, verdicts, images } = group;
  return [
    title(groupTitle(group)),
    facts([
      ['State', state],
      ['Plan', plan ?? undefined],
      ['Pull request', pullRequest && outside(pullRequest, pullRequest)],
    ]),
    ...(verdicts.length > 0 ? [element('h2', {}, 'Gates of the group'), verdictTable(verdicts)] : []),
    ...images.flatMap(({ image, digest, verdicts: own, error }) => [
      element('h2', {}, element('a', { href: addressOf('image', image) }, image)),
      facts([
        ['Digest', digest ?? undefined],
        ['Failed', error],
      ]),
      ...(own.length > 0 ? [verdictTable(own)] : []),
    ]),
  ];
}

/** The heading of a page, which gets the focus when the page opens. */
export function title(text: string): HTMLElement {
  return element('h1', { tabindex: -1 }, text);
}

/** A list of names and values; names without a value are left out. */
function facts(entries: readonly (readonly [string, Child])[]): HTMLElement {
  const list = element('dl');
  for (const [name, value] of entries) {
    if (value !== undefined && value !== '') list.append(element('dt', {}, name), element('dd', {}, value));
  }
  return list;
}

/** A table that scrolls within itself if it is too wide. */
export function tableOf(
  label: string,
  head: readonly string[],
  rows: readonly (readonly Child[])[],
): HTMLElement {
  const heads = head.map(text => element('th', { scope: 'col' }, text));
  const lines = rows.map(cells => element('tr', {}, ...cells.map(cell => element('td', {}, cell))));
  const table = element(
    'table',
    { 'aria-label': label },
    element('thead', {}, element('tr', {}, ...heads)),
    element('tbody', {}, ...lines),
  );
  return element('div', { class: 'wide', tabindex: 0, role: 'region', 'aria-label': label }, table);
}

const TONES = { open: 'good', waiting: 'wait', closed: 'bad' } as const;

function verdictTable(verdicts: readonly SiteVerdict[]): HTMLElement {
  const rows = verdicts.map(({ gate, kind, reason, hint }) => [
    gate,
    element('span', { class: `badge ${TONES[kind]}` }, kind),
    [reason, kind === 'open' ? undefined : hint].filter(Boolean).join(' — '),
  ]);
  return tableOf('Gates', ['Gate', 'Answer', 'Reason'], rows);
}
