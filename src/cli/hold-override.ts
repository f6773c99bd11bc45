import { changeHolds } from '../commands/change-holds.ts';
import { findFrozenPlan } from '../commands/frozen-plan.ts';
import { holdTime, isActive, overrideName } from '../environments/holds/holds.ts';
import { environmentNamed } from '../environments/locate.ts';
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

/** `promote hold <environment> --override freeze`: proposes that one plan is exempt from a freeze. */
export async function holdOverride(
  io: Io,
  name: string,
  image: string | undefined,
  options: HoldOptions,
): Promise<number> {
  const { until, reason } = options;
  if (image !== undefined || options.all || options.digest !== undefined)
    throw new PromoteError('USAGE', '--override freeze is of a plan, and of no image', {
      hint: 'leave out the image, --digest and --all; --plan names one of several plans',
    });
  if (until === undefined || reason === undefined)
    throw new PromoteError('USAGE', '--override freeze needs --until and --reason', {
      hint: 'say until when the plan may pass, and why',
    });
  const wanted = options.plan === undefined ? undefined : digestArgument(options.plan);
  await assertMayWrite(io);
  const request = changeRequest(io, name, options);
  return await withEffects(io, options.file, async (effects, environments) => {
    const environment = environmentNamed(environments, name);
    if (!isActive({ until }, effects.now())) throw wrongEnd(until, 'it is over');
    const { plan, freeze } = await findFrozenPlan(effects, environments, request, wanted);
    const held = overrideName(plan);
    const since = holdTime(effects.now());
    const by = whoAsks(io, options);
    const entry = { environment: name, image: held, digest: plan, freeze, by, since, until };
    const subject = `Override the freeze of ${name} for plan ${shortDigest(plan)}`;
    const edit = proposeHold(entry, reason);
    const change = { image: held, edit, subject };
    const { summary, pins } = await changeHolds(effects, environments, environment, request, change);
    print(io, holdsReport({ environment: name, image: held, summary, pins }), options.format);
    return EXIT.done;
  });
}
