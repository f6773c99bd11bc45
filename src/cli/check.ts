import { check as checkWorld } from '../apply/check.ts';
import { ownsFile } from '../environments/locate.ts';
import { PromoteError } from '../errors.ts';
import { checkOffline } from '../plan/check-offline.ts';
import { checkReport } from '../reports/check.ts';
import type { Format } from '../reports/render.ts';
import { withEffects } from './effects.ts';
import { loadEnvironments } from './environments-file.ts';
import { EXIT } from './exit.ts';
import type { Io } from './io.ts';
import { print } from './print.ts';
import { withoutLogin } from './without-login.ts';
import { readWorkingTree } from './working-tree.ts';

/** `promote check`; a file that is wrong by itself ends as any configuration error, with all its problems. */
export async function check(
  io: Io,
  options: {
    readonly file: string;
    readonly format: Format;
    readonly exitCode: boolean;
    readonly offline: boolean;
  },
): Promise<number> {
  if (options.offline) return await checkTree(io, options);
  return await withEffects(io, options.file, async (effects, environments) => {
    const findings = await checkWorld(effects, environments);
    print(io, checkReport(withoutLogin(options.file), findings), options.format);
    if (findings.some(({ severity }) => severity === 'error')) return EXIT.usage;
    return options.exitCode && findings.some(({ gate }) => gate === 'hold') ? EXIT.closed : EXIT.done;
  });
}

/** `promote check --offline`: the working tree alone. */
async function checkTree(
  io: Io,
  { file, format }: { readonly file: string; readonly format: Format },
): Promise<number> {
  const noRepository = async () => {
    throw new PromoteError('USAGE', `--file ${withoutLogin(file)}: --offline reads the working tree alone`, {
      hint: 'name a file of the working tree, or leave --offline out',
    });
  };
  // Without CI's rule, by which a branch's head is read.
  const { environments, home } = await loadEnvironments({ ...io, env: {} }, file, noRepository);
  const owned = (path: string) => environments.environments.some(known => ownsFile(known, path));
  const files = await readWorkingTree(home ?? io.cwd, owned);
  const findings = checkOffline(environments, files);
  print(io, checkReport(file, findings), format);
  return findings.some(({ severity }) => severity === 'error') ? EXIT.usage : EXIT.done;
}
