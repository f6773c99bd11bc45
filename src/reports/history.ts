import { type Digest, shortDigest } from '../oci/digest.ts';
import type { ChangeKind, HistoryEvent, ImageChange } from '../plan/history.ts';
import type { PinState } from '../plan/pin-moves.ts';
import type { Requester } from '../plan/request.ts';
import { type Block, heading, line, type Phrase, phrase, type Report, type Tone } from './document.ts';
import type { Json } from './schemas/parts.ts';
import type { history } from './schemas/reading.ts';

/** A record of a promotion or a rollback: its source, and who approved it. */
export interface RecordedPromotion {
  readonly kind: 'promotion' | 'rollback';
  readonly image: string;
  readonly digest: Digest;
  readonly from: string;
  readonly plan: Digest;
  readonly approvals: readonly string[];
  /** The time of the last review, ISO 8601. */
  readonly approvedAt?: string | undefined;
  /** Each gate's verdict at the time of the promotion. */
  readonly verdicts: readonly RecordedGate[];
  readonly pullRequestUrl?: string | undefined;
  readonly runUrl?: string | undefined;
  /** ISO 8601. */
  readonly time: string;
}

/** A gate's verdict in a record. */
export interface RecordedGate {
  readonly gate: string;
  readonly kind: 'open' | 'waiting' | 'closed';
  readonly reason: string;
}

/** An environment's history, and the records of its events. */
export interface HistoryResult {
  readonly environment: string;
  readonly events: readonly HistoryEvent[];
  readonly records: readonly RecordedPromotion[];
  /** Why some records could not be read. */
  readonly unread?: readonly string[] | undefined;
  /** Why the holds could not be read. */
  readonly unreadHolds?: string | undefined;
}

/** Reports the changes of each image, newest first. */
export function historyReport(result: HistoryResult): Report {
  const { environment, events, unread = [], unreadHolds } = result;
  const recordsOf = ownRecords(result);
  return {
    // The blocks of a long history are built only if its format shows them.
    get blocks() {
      return [
        heading(phrase(`history of ${environment}`)),
        ...events.flatMap(event => eventBlocks(event, recordsOf(event))),
        ...(events.length === 0 ? [line(phrase('no commit has changed its pins', 'quiet'))] : []),
        ...unread.map(why =>
          line(phrase('a record could not be read, and what it says is left out:', 'wait'), phrase(why)),
        ),
        ...(unreadHolds === undefined
          ? []
          : [
              line(phrase('only what a commit says makes it a promotion here:', 'wait'), phrase(unreadHolds)),
            ]),
      ];
    },
    get json() {
      return historyJson(result);
    },
  };
}

/** The changes of each image, for programs. */
export function historyJson({
  environment,
  events,
  records,
  unread = [],
  unreadHolds,
}: HistoryResult): Json<typeof history> {
  const unreadRecords = unread.length === 0 ? undefined : unread;
  const recordsOf = ownRecords({ events, records });
  const shown = events.map(event => eventJson(event, recordsOf(event)));
  return { environment, events: shown, unreadRecords, unreadHolds };
}

const TONES = { promotion: 'good', rollback: 'wait', edit: 'quiet' } satisfies Record<ChangeKind, Tone>;

function eventBlocks(event: HistoryEvent, records: HistoryResult['records']): readonly Block[] {
  const { commit, date, author, subject, images, trailers, unreadable } = event;
  const words = [
    phrase(date.toISOString().replace('.000Z', 'Z')),
    phrase(commit.slice(0, 12), 'quiet'),
    phrase(author),
    phrase(subject, 'quiet'),
  ];
  const said = [
    ...(trailers.plan === undefined ? [] : [`plan ${shortDigest(trailers.plan)}`]),
    ...(trailers.requesters.length === 0 ? [] : [`requested by ${namesOf(trailers.requesters)}`]),
    ...(trailers.tickets.length === 0 ? [] : [`for ${trailers.tickets.join(', ')}`]),
  ];
  const items = [
    ...images.map(change => imageItem(change, records)),
    ...(said.length === 0 ? [] : [[phrase(said.join(', '), 'quiet')]]),
    ...unreadable.map(path => [phrase(`${path} could not be read`, 'wait')]),
  ];
  return [line(...words), { kind: 'items', items }];
}

function imageItem(change: ImageChange, records: HistoryResult['records']): readonly Phrase[] {
  const { image, kind, before, after } = change;
  const digests = after.flatMap(({ digest }) => (digest === undefined ? [] : shortDigest(digest)));
  const record = recordOf(change, records);
  const said = [
    ...(record?.kind === 'promotion' ? [`from ${record.from}`] : []),
    ...(record && record.approvals.length > 0 ? [`approved by ${record.approvals.join(', ')}`] : []),
  ];
  return [
    phrase(image),
    phrase(kind, TONES[kind]),
    phrase(`${names(before)} -> ${names(after)}`),
    ...(digests.length === 0 ? [] : [phrase([...new Set(digests)].join(', '), 'quiet')]),
    ...(said.length === 0 ? [] : [phrase(said.join(', '), 'quiet')]),
  ];
}

function names(states: readonly PinState[]): string {
  return states.length === 0 ? 'not pinned' : [...new Set(states.map(stateName))].join(' + ');
}

function stateName({ tag, digest, value }: PinState): string {
  return tag ?? (digest === undefined ? value : shortDigest(digest));
}

function recordOf({ image, kind, after }: ImageChange, records: HistoryResult['records']) {
  return records.find(
    record =>
      record.kind === kind && record.image === image && after.some(({ digest }) => digest === record.digest),
  );
}

/**
 * For each event the records that may be its own. A record of a plan that another commit names is of that commit
 * alone: who pins the same digest again by hand has no approval.
 */
function ownRecords({ events, records }: Pick<HistoryResult, 'events' | 'records'>) {
  const named = new Set(events.flatMap(({ trailers }) => trailers.plan ?? []));
  const unnamed = records.filter(({ plan }) => !named.has(plan));
  return ({ trailers }: HistoryEvent) => [
    ...records.filter(({ plan }) => plan === trailers.plan),
    ...unnamed,
  ];
}

function eventJson(event: HistoryEvent, records: HistoryResult['records']) {
  const { commit, date, author, subject, images, trailers, unreadable } = event;
  return {
    commit,
    date: date.toISOString(),
    author,
    subject,
    plan: trailers.plan ?? null,
    requestedBy: namesOf(trailers.requesters) || null,
    tickets: trailers.tickets,
    unreadable,
    images: images.map(change => ({
      image: change.image,
      kind: change.kind,
      before: change.before,
      after: change.after,
      pins: change.moves.map(({ file, locator }) => ({ file, locator })),
      record: recordOf(change, records) ?? null,
    })),
  };
}

function namesOf(requesters: readonly Requester[]): string {
  return [...new Set(requesters.map(({ name }) => name))].join(', ');
}
