import type { Json } from '../schemas/parts.ts';
import type { history } from '../schemas/reading.ts';
import type { SiteChange, SiteEvent, SiteRecord, SiteState } from './data.ts';
import { httpsUrl } from './https-url.ts';
import { siteVerdicts } from './verdicts.ts';

/** A history, and the addresses of its commits. */
interface Source {
  readonly history: Json<typeof history>;
  readonly commitUrl: ((commit: string) => string) | undefined;
}

type Event = Json<typeof history>['events'][number];

/** The changes of one environment. A public page leaves out people, texts, files and addresses. */
export function siteEvents(
  { history: { environment, events }, commitUrl }: Source,
  isPublic: boolean,
): readonly SiteEvent[] {
  return events.map(event => {
    const { commit, date, author, requestedBy, subject, plan, unreadable, images } = event;
    const shown = {
      environment,
      commit,
      date,
      plan,
      unreadable: unreadable.length,
      changes: images.map(change => changeOf(change, isPublic)),
    };
    if (isPublic) return shown;
    const url = httpsUrl(commitUrl?.(commit));
    return { ...shown, author, requestedBy: requestedBy ?? undefined, subject, url };
  });
}

function changeOf(
  { image, kind, before, after, pins, record }: Event['images'][number],
  isPublic: boolean,
): SiteChange {
  return {
    image,
    kind,
    before: before.map(stateOf),
    after: after.map(stateOf),
    files: isPublic ? [] : [...new Set(pins.map(({ file }) => file))],
    record: record === null ? null : recordOf(record, isPublic),
  };
}

function stateOf({ tag, digest }: SiteState): SiteState {
  return { tag, digest };
}

function recordOf(record: NonNullable<Event['images'][number]['record']>, isPublic: boolean): SiteRecord {
  const { from, time, approvals, verdicts, pullRequestUrl, runUrl } = record;
  return {
    from,
    time,
    approvals: approvals.length,
    approvedBy: isPublic ? [] : approvals,
    verdicts: siteVerdicts(verdicts, isPublic),
    pullRequest: isPublic ? undefined : httpsUrl(pullRequestUrl),
    run: isPublic ? undefined : httpsUrl(runUrl),
  };
}
