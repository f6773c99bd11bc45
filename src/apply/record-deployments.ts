import { environmentNamed } from '../environments/locate.ts';
import { contain } from '../run/contain.ts';
import type { Ended, Recording } from '../run/record-pinned.ts';

/**
 * Records an environment's pins at the forge, if its file asks for this and the forge has no such record yet.
 * A merge by a person is recorded by the next run. Failures are only logged.
 */
export async function recorded<T>(
  recording: Recording,
  run: () => Promise<T>,
  endOf: (value: T) => Ended,
): Promise<T> {
  const { effects, environments, name } = recording;
  const value = await run();
  const environment = environmentNamed(environments, name);
  const wanted = environment.recordsDeployments;
  if (wanted === undefined) return value;
  const told = await contain(async () => {
    const { recordPinned } = await import('../run/record-pinned.ts');
    await recordPinned(recording, environment, wanted.url, endOf(value));
  });
  if (told.kind === 'failed') {
    const { message, hint } = told.error;
    effects.log(
      `the deployment to ${name} is not recorded: ${message}${hint === undefined ? '' : `; ${hint}`}`,
    );
  }
  return value;
}
