import { changeHolds, digestOnItsWay } from '../commands/change-holds.ts';
import { holdTime, isActive, isHoldEnd, isHoldReason, STOPPED } from '../environments/holds/holds.ts';
import { environmentNamed, imageNamed } from '../environments/locate.ts';
import { PromoteError } from '../errors.ts';
import { shortDigest } from '../oci/digest.ts';
import { proposeHold } from '../plan/holds/propose-holds.ts';
import { holdsReport } from '../reports/holds.ts';
import { digestArgument } from './argument.ts';
import { withEffects } from './effects.ts';
import { EXIT } from './exit.ts';
import { type HoldOptions, wrongEnd } from './hold-options.ts';
import type { Io } from './io.ts';
import { assertMayWrite } from './may-write.ts';
import { print } from './print.ts';
import { changeRequest, whoAsks } from './rollback-request.ts';

/** `promote hold <environment> [image]`; without an image all promotions are stopped. */
export async function hold(
  io: Io,
  name: string,
  image: string | undefined,
  options: HoldOptions,
): Promise<number> {
  const { until, reason } = options;
  if (options.plan !== undefined && options.override === undefined)
    throw new PromoteError('USAGE', '--plan is of an override', {
      hint: 'an override is meant (--override freeze)',
    });
  if (options.all && options.digest !== undefined)
    throw new PromoteError('USAGE', '--all and --digest exclude each other');
  if (image === undefined && (options.all || options.digest !== undefined))
    throw new PromoteError('USAGE', '--all and --digest are of an image, and none is named', {
      hint: `name the image, or stop everything: promote hold ${name}`,
    });
  if (reason !== undefined && !isHoldReason(reason))
    throw new PromoteError('USAGE', '--reason: 1 to 4096 characters');
  if (until !== undefined && !isHoldEnd(until)) throw wrongEnd(until, 'neither a date nor a time');
  if (options.override !== undefined)
    return await (await import('./hold-override.ts')).holdOverride(io, name, image, options);
  const named = options.all
    ? 'all'
    : options.digest === undefined
      ? undefined
      : digestArgument(options.digest);
  await assertMayWrite(io);
  const request = changeRequest(io, name, options);
  return await withEffects(io, options.file, async (effects, environments) => {
    const environment = environmentNamed(environments, name);
    if (image !== undefined) imageNamed(environments, image);
    if (until !== undefined && !isActive({ until }, effects.now())) throw wrongEnd(until, 'it is over');
    const digest =
      image === undefined
        ? 'all'
        : (named ?? (await digestOnItsWay(effects, environments, environment, image, request)));
    const held = image ?? STOPPED;
    const since = holdTime(effects.now());
    const by = whoAsks(io, options);
    const end = until === undefined ? {} : { until };
    const edit = proposeHold({ environment: name, image: held, digest, by, since, ...end }, reason);
    const every = image === undefined ? 'everything' : `every ${image}`;
    const what = digest === 'all' ? every : `${image} ${shortDigest(digest)}`;
    const subject = `Hold ${what} out of ${name}`;
    const { summary, pins } = await changeHolds(effects, environments, environment, request, {
      image: held,
      edit,
      subject,
    });
    print(io, holdsReport({ environment: name, image: held, summary, pins }), options.format);
    return EXIT.done;
  });
}
