import { type PreparedRollback, prepareRollback } from '../apply/rollback/prepare-rollback.ts';
import { goesOn } from '../apply/rollback/roll-back-pins.ts';
import { rollback as carryOut } from '../apply/rollback/rollback.ts';
import { PromoteError } from '../errors.ts';
import { groupState } from '../reports/apply.ts';
import { rollbackReport, rollbackState } from '../reports/rollback.ts';
import { beginDotenv, writeDotenv } from './dotenv.ts';
import { withEffects } from './effects.ts';
import { EXIT } from './exit.ts';
import type { Io } from './io.ts';
import { assertMayWrite } from './may-write.ts';
import { planFile } from './plan.ts';
import { print, shown } from './print.ts';
import { type RollbackOptions, rollbackRequest } from './rollback-request.ts';
import { inSection } from './sections.ts';
import { writeOut } from './write-out.ts';

/** `promote rollback <environment>` */
export async function rollback(io: Io, name: string, options: RollbackOptions): Promise<number> {
  await beginDotenv(io);
  if (!options.yes && io.ask === undefined) {
    throw new PromoteError('USAGE', `roll ${name} back: nobody is here to ask`, {
      hint: 'without a terminal, as in CI, say at once that you mean it (--yes)',
    });
  }
  await assertMayWrite(io);
  const request = rollbackRequest(io, name, options);
  return await withEffects(io, options.file, async (effects, environments) => {
    const prepared = await prepareRollback(effects, environments, request);
    const { decision } = prepared;
    if (options.out !== undefined)
      await writeOut(io, options.out, planFile(request.promotion, 'plan' in decision ? [decision] : []));
    if (!options.yes && !(await isAgreed(io, prepared))) {
      io.stderr.write('nothing was changed\n');
      return EXIT.done;
    }
    const done = await inSection(io, `roll back ${name}`, async () =>
      carryOut(effects, environments, prepared, request),
    );
    print(io, rollbackReport(done), options.format);
    await writeDotenv(io, groupState(done.result), [done.result]);
    const state = rollbackState(done);
    if (state === 'closed') return EXIT.closed;
    return state === 'waiting' && options.exitCode ? EXIT.waiting : EXIT.done;
  });
}

/** Shows the rollback and asks for consent, unless carrying it out would change nothing now. */
async function isAgreed(io: Io, prepared: PreparedRollback): Promise<boolean> {
  const { decision, environment } = prepared;
  if (!goesOn(prepared)) return true;
  const preview = rollbackReport({ ...prepared, holds: [], result: { decision } });
  const text = shown(io, io.stderr, preview);
  return (await io.ask?.(`${text}Roll ${environment.name} back?`)) === true;
}
