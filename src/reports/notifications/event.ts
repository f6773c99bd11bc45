import type { EventKind } from '../../environments/notifications.ts';
import { type Digest, digestOf } from '../../oci/digest.ts';

/** What a run changed, for people and programs. */
export interface PromotionEvent {
  readonly kind: EventKind;
  /** Whether it is about a rollback. */
  readonly isRollback: boolean;
  /** ISO 8601. */
  readonly time: string;
  /** The deployment repository, as results name it. */
  readonly repository: string;
  readonly environment: string;
  /** Absent where the run failed as a whole. */
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
  /** Why it was closed, or failed. */
  readonly reason?: string | undefined;
}

/**
 * The event's name: the same change has the same one in every delivery, whenever that is. A failure happens each time
 * anew, so its time belongs to it.
 */
export function eventId(event: PromotionEvent): string {
  const { kind, repository, environment, group, plan, url, commit, reason, time } = event;
  const named = [kind, repository, environment, group, plan, url, commit, reason];
  if (kind === 'failed') named.push(time);
  return digestOf(`promote-event/v1\n${JSON.stringify(named.map(part => part ?? null))}`).slice(
    'sha256:'.length,
  );
}
