import type { EventKind } from '../../environments/notifications.ts';
import type { PromotionEvent } from './event.ts';
import type { Payload } from './posted.ts';

/** The version of CDEvents, and its types for the changes of a run: https://cdevents.dev */
const SPECIFICATION = '0.5.1';
const TYPES = {
  opened: 'dev.cdevents.change.created.0.4.0',
  green: 'dev.cdevents.change.updated.0.3.0',
  merged: 'dev.cdevents.change.merged.0.3.0',
  closed: 'dev.cdevents.change.abandoned.0.3.0',
  // The rollback is in Git; other tools report what a cluster runs.
  'rolled-back': 'dev.cdevents.change.merged.0.3.0',
  failed: 'dev.cdevents.taskrun.finished.0.3.0',
} satisfies Record<EventKind, string>;

/** A CDEvent in a CloudEvent, in binary mode: https://github.com/cdevents/spec/blob/v0.5.1/cloudevents-binding.md */
export function cdevent(event: PromotionEvent, id: string): Payload {
  const { kind, time, repository, environment, group } = event;
  const type = TYPES[kind];
  const source = sourceOf(repository);
  const subject = event.url ?? event.commit ?? [environment, group].filter(Boolean).join('/');
  const body = {
    context: { specversion: SPECIFICATION, id, source, type, timestamp: time },
    subject: { id: subject, source, content: contentOf(event) },
    customData: event,
    customDataContentType: 'application/json',
  };
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'ce-specversion': '1.0',
    'ce-id': id,
    'ce-source': source,
    'ce-type': type,
    'ce-subject': encoded(subject),
    'ce-time': time,
  };
  return { body: JSON.stringify(body), headers };
}

function contentOf({ kind, repository, environment, group, reason }: PromotionEvent): object {
  if (kind === 'failed') {
    return { taskName: `promote ${environment}`, outcome: 'failure', ...(reason && { errors: reason }) };
  }
  const content = { repository: { id: repository } };
  return kind === 'opened' ? { description: `Promotion of ${group} to ${environment}`, ...content } : content;
}

/** A URI reference to the source. A local path is not published. */
function sourceOf(repository: string): string {
  return /^https?:/.test(repository) ? encodeURI(repository) : '/promote';
}

/** https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md#3132-http-header-values */
function encoded(text: string): string {
  return text.replace(/[^\u0021-\u007e]|["%]/gu, character => encodeURIComponent(character));
}
