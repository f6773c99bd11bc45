import type { Notification } from '../../environments/notifications.ts';
import type { PromotionEvent } from '../../reports/notifications/event.ts';
import type { SeenChange } from './watch.ts';

/** Notifies others of the changes that this run makes. */
export interface Notifier {
  /** The changes since the last call. */
  drain(): readonly SeenChange[];
  /** Posts an event to one place; throws if it did not arrive. */
  deliver(notification: Notification, event: PromotionEvent): Promise<void>;
}
