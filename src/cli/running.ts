import { findRunning } from '../commands/running/running.ts';
import { environmentNamed } from '../environments/locate.ts';
import { PromoteError } from '../errors.ts';
import { readPods } from '../plan/running/pods.ts';
import type { Format } from '../reports/render.ts';
import { isRolledOut, runningReport } from '../reports/running.ts';
import { withEffects } from './effects.ts';
import { EXIT } from './exit.ts';
import type { Io } from './io.ts';
import { print } from './print.ts';
import { readFromDisk } from './read-named.ts';

/** `promote running <environment> --pods <file>` */
export async function running(
  io: Io,
  name: string,
  options: {
    readonly file: string;
    readonly format: Format;
    readonly pods: string;
    readonly namespace: readonly string[];
    readonly allowAbsent: boolean;
  },
): Promise<number> {
  const { pods, namespace, allowAbsent } = options;
  const text = await (pods === '-' ? readStandardInput(io) : readListed(io, pods));
  const list = readPods(text, pods === '-' ? 'standard input' : pods, namespace);
  return await withEffects(io, options.file, async (effects, environments) => {
    const found = await findRunning(effects, environments, environmentNamed(environments, name), list);
    print(io, runningReport(found), options.format);
    if (found.failures.length > 0) return EXIT.failed;
    return isRolledOut(found, allowAbsent) ? EXIT.done : EXIT.closed;
  });
}

async function readStandardInput({ stdin }: Io): Promise<string> {
  if (stdin !== undefined) return await stdin();
  throw new PromoteError('USAGE', 'running --pods -: there is no standard input', {
    hint: 'name a file: --pods pods.json',
  });
}

async function readListed({ cwd }: Io, path: string): Promise<string> {
  try {
    return await readFromDisk(cwd)(path);
  } catch (error) {
    if (!(error instanceof PromoteError) || error.code !== 'NOT_FOUND') throw error;
    throw new PromoteError('USAGE', `running --pods ${path}: no such file in ${cwd}`, {
      hint: 'write it with: kubectl get pods --all-namespaces --output json > pods.json',
    });
  }
}
