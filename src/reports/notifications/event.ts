import type { EventKind } from '../../environments/notifications.ts';
import { type Digest, digestOf } from '../../oci/digest.ts';

/** A change that a run made, for people and programs. */
export interface PromotionEvent {
  readonly kind: EventKind;
  /** Whether the change belongs to a rollback. */
  readonly isRollback: boolean;
  /** ISO 8601. */
  readonly time: string;
  /** The deployment repository, as results write it. */
  readonly repository: string;
  readonly environment: string;
  /** Absent if the whole run failed. */
  readonly group?: string | undefined;
  readonly plan?: Digest | undefined;
  readonly images: readonly {
    readonly image: string;
    readonly tag?: string | undefined;
    readonly digest?: Digest | undefined;
  }[];
  /** The pull request's address. */
  readonly url?: string | undefined;
  readonly commit?: string | undefined;
  /** Why it was closed or failed. */
  readonly reason?: string | undefined;
}

/**
 * The event's id. The same change has the same id in every delivery. Each failure is a new event, so its id
 * includes its time.
 */
export function eventId(event: PromotionEvent): string {
  const { kind, repository, environment, group, plan, url, commit, reason, time } = event;
  const named = [kind, repository, environment, group, plan, url, commit, reason];
  if (kind === 'failed') named.push(time);
  return digestOf(`promote-event/v1\n${JSON.stringify(named.map(part => part ?? null))}`).slice(
    'sha256:'.length,
  );
}
