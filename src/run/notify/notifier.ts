import type { Notification } from '../../environments/notifications.ts';
import type { PromotionEvent } from '../../reports/notifications/event.ts';
import type { SeenChange } from './watch.ts';

/** Tells others what this run changes. */
export interface Notifier {
  /** The changes since the last call. */
  drain(): readonly SeenChange[];
  /** Posts an event to one place; throws where it did not arrive. */
  deliver(notification: Notification, event: PromotionEvent): Promise<void>;
}
