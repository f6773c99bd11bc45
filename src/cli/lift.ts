import { changeHolds } from '../commands/change-holds.ts';
import { wordsOfLift } from '../commands/lift-hold.ts';
import { holdTime, overrideName, STOPPED } from '../environments/holds/holds.ts';
import { environmentNamed, imageNamed } from '../environments/locate.ts';
import { PromoteError } from '../errors.ts';
import { proposeLift } from '../plan/holds/propose-holds.ts';
import { holdsReport } from '../reports/holds.ts';
import { digestArgument } from './argument.ts';
import { withEffects } from './effects.ts';
import { EXIT } from './exit.ts';
import type { Io } from './io.ts';
import { assertMayWrite } from './may-write.ts';
import { print } from './print.ts';
import { type ChangeOptions, changeRequest, whoAsks } from './rollback-request.ts';

/** `promote lift <environment> [image]`; without an image the stop of all promotions ends. */
export async function lift(
  io: Io,
  name: string,
  named: string | undefined,
  options: ChangeOptions & { readonly digest?: string; readonly override?: 'freeze' },
): Promise<number> {
  const digest = options.digest === undefined ? undefined : digestArgument(options.digest);
  const { override } = options;
  if (override !== undefined && (named !== undefined || digest === undefined))
    throw new PromoteError('USAGE', '--override freeze is of a plan, and of no image', {
      hint: `name the plan: promote lift ${name} --override freeze --digest sha256:…`,
    });
  if (named === undefined && digest !== undefined && override === undefined)
    throw new PromoteError('USAGE', '--digest is of an image, and none is named', {
      hint: `name the image: promote lift ${name} <image> --digest ${digest}`,
    });
  const overridden = override === undefined ? undefined : digest;
  const image = overridden === undefined ? (named ?? STOPPED) : overrideName(overridden);
  await assertMayWrite(io);
  const request = changeRequest(io, name, options);
  return await withEffects(io, options.file, async (effects, environments) => {
    const environment = environmentNamed(environments, name);
    if (named !== undefined) imageNamed(environments, image);
    const since = holdTime(effects.now());
    const held = overridden === undefined && digest !== undefined ? { digest } : {};
    const chosen = { environment: name, image, ...held };
    const edit = proposeLift(chosen, { by: whoAsks(io, options), since });
    const { summary, pins } = await changeHolds(effects, environments, environment, request, {
      image,
      edit,
      subject: async (run, entries) => await wordsOfLift(run, { ...chosen, plan: overridden }, entries),
      releases: true,
    });
    print(io, holdsReport({ environment: name, image, summary, pins }), options.format);
    return EXIT.done;
  });
}
