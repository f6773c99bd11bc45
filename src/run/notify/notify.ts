import type { Environments } from '../../environments/environments.ts';
import { environmentNamed } from '../../environments/locate.ts';
import { isTold, type Notification } from '../../environments/notifications.ts';
import { type ErrorCode, PromoteError } from '../../errors.ts';
import type { GroupResult } from '../../reports/apply.ts';
import { counted } from '../../reports/counts.ts';
import type { PromotionEvent } from '../../reports/notifications/event.ts';
import { contain } from '../contain.ts';
import type { Effects } from '../effects.ts';

/** Failures that the caller caused or asked for: nobody is notified of them. */
const UNTOLD: readonly ErrorCode[] = ['USAGE', 'CANCELLED'];

/** A run whose changes are reported. */
interface Notifying {
  readonly effects: Effects;
  readonly environments: Environments;
  /** The environment that the run changes. */
  readonly name: string;
}

/** Runs something that changes an environment. Afterwards, also after a failure, it reports the changes. */
export async function notified<T>(
  { effects, environments, name }: Notifying,
  run: () => Promise<T>,
  resultsOf: (value: T) => readonly GroupResult[],
): Promise<T> {
  const { notifier } = effects;
  const { notifications = [] } = environments;
  if (notifier === undefined || notifications.length === 0) return await run();
  notifier.drain();
  try {
    const value = await run();
    await tell(resultsOf(value), undefined);
    return value;
  } catch (error) {
    const isTellable = error instanceof PromoteError && !UNTOLD.includes(error.code);
    await tell([], isTellable ? error.message : undefined);
    throw error;
  }

  async function tell(results: readonly GroupResult[], failure: string | undefined): Promise<void> {
    const told = await contain(async () => {
      const { eventsOf } = await import('./events.ts');
      const environment = environmentNamed(environments, name);
      const repository = (await effects.repository(environment.deployment)).name;
      const changes = notifier?.drain() ?? [];
      const time = effects.now();
      const events = eventsOf({ environment, repository, time, results, changes, failure });
      const wanted = notifications.map(
        async one =>
          await deliver(
            one,
            events.filter(event => isTold(one, event, time)),
          ),
      );
      await Promise.all(wanted);
    });
    if (told.kind === 'failed') effects.log(`nobody was told: ${told.error.message}`);
  }

  /** Sends events in order. An unreachable place gets no more of them. Failures are only logged. */
  async function deliver(notification: Notification, events: readonly PromotionEvent[]): Promise<void> {
    const { to, url } = notification;
    for (const [index, event] of events.entries()) {
      const sent = await contain(async () => await notifier?.deliver(notification, event));
      if (sent.kind === 'done') continue;
      const { code, message } = sent.error;
      effects.log(`${to} (${url}) was not told that ${event.environment} ${event.kind}: ${message}`);
      const rest = events.length - index - 1;
      if (code !== 'UNREACHABLE' || rest === 0) continue;
      effects.log(`${to} (${url}) was not told of ${counted(rest, 'further change')} either: it is away`);
      return;
    }
  }
}
