import type { SiteData, SiteEvent, SiteGroup, SiteVerdict } from '../reports/site/data.ts';
import { timeText } from './age.ts';
import { personOf } from './cell.ts';
import { hasWords } from './filter.ts';
import type { Item } from './list.ts';
import { addressOf } from './places.ts';
import { shortDigest, versionText } from './versions.ts';

const KINDS = { promotion: 'good', rollback: 'wait', edit: 'quiet' } as const;
const STATES = { ready: 'good', waiting: 'wait', closed: 'bad', failed: 'bad', declined: 'quiet' } as const;

/** An item of a list, with its environment. */
export interface Listed extends Item {
  readonly environment: string | null;
}

/** The items that have the words and belong to the environment; an empty environment means all. */
export function chosen(items: readonly Listed[], text: string, environment: string): readonly Listed[] {
  return items.filter(item => {
    if (environment !== '' && item.environment !== environment) return false;
    return hasWords(`${item.environment} ${item.title} ${item.detail} ${item.badge[1]}`, text);
  });
}

/** The history of all environments, newest first. */
export function timelineItems({ events }: SiteData): readonly Listed[] {
  return events.map(event => {
    const { environment, commit, date, author, subject } = event;
    const kind = event.changes[0]?.kind ?? 'edit';
    const said = [timeText(date), author && personOf(author), subject];
    return {
      environment,
      title: eventTitle(event),
      detail: said.filter(Boolean).join(' · '),
      date,
      href: addressOf('promotion', environment, commit),
      badge: [KINDS[kind], kind],
    };
  });
}

/** `production: api 1.0.0 → 1.1.0 and 3 more` */
export function eventTitle({ environment, changes }: SiteEvent): string {
  const [first] = changes;
  if (first === undefined) return environment;
  const more = changes.length > 1 ? ` and ${changes.length - 1} more` : '';
  return `${environment}: ${first.image} ${versionText(first.before)} → ${versionText(first.after)}${more}`;
}

/** The groups that wait or are closed in each environment, with the reasons. */
export function waitingItems({ groups }: SiteData): readonly Listed[] {
  return groups.map(group => ({
    environment: group.environment,
    title: groupTitle(group),
    detail: groupReason(group),
    href: addressOf('group', group.environment, group.name),
    badge: [STATES[group.state], group.state],
  }));
}

/** `production: api, web and 3 more` */
export function groupTitle({ environment, images }: SiteGroup): string {
  const names = images.slice(0, 3).map(({ image }) => image);
  const more = images.length > names.length ? ` and ${images.length - names.length} more` : '';
  return `${environment}: ${names.join(', ')}${more}`;
}

function groupReason({ verdicts, images, state }: SiteGroup): string {
  const all = [...verdicts, ...images.flatMap(({ verdicts: own }) => own)];
  const reasons = [
    ...images.flatMap(({ error }) => error ?? []),
    ...all.filter(({ kind }) => kind !== 'open').map(verdictText),
  ];
  return [...new Set(reasons)].join('; ') || (state === 'ready' ? 'every gate is open' : '');
}

/** `approval: 1 of 2` */
function verdictText({ gate, reason, kind }: SiteVerdict): string {
  return `${gate}: ${reason ?? kind}`;
}

/** The holds of all environments. */
export function holdItems({ holds }: SiteData): readonly Listed[] {
  return holds.map(({ environment, image, digest, since, until, reason, by }) => ({
    environment,
    title: `${environment}: ${image} ${digest === 'all' ? 'as a whole' : shortDigest(digest)}`,
    detail: [reason, by, `since ${timeText(since)}`, until && `until ${until}`].filter(Boolean).join(' · '),
    href: addressOf('image', image),
    badge: ['wait', 'held'],
  }));
}

/** The problems, and what could not be read. */
export function problemItems({ problems }: SiteData): readonly Listed[] {
  return problems.map(({ environment, text, hint }) => ({
    environment,
    title: [environment, text ?? 'something is wrong, or could not be read'].filter(Boolean).join(': '),
    detail: hint ?? '',
    href: undefined,
    badge: ['bad', 'problem'],
  }));
}
