import { environmentNamed } from '../environments/locate.ts';
import { PromoteError } from '../errors.ts';
import { findRunning } from '../facts/running/find-running.ts';
import { readPods } from '../plan/running/pods.ts';
import type { Format } from '../reports/render.ts';
import { isRolledOut, runningReport } from '../reports/running.ts';
import { withEffects } from './effects.ts';
import { EXIT } from './exit.ts';
import type { Io } from './io.ts';
import { print } from './print.ts';
import { readFromDisk } from './read-named.ts';

/** `promote running <environment>`, with `--pods <file>` or `--kubeconfig [file]` */
export async function running(
  io: Io,
  name: string,
  options: {
    readonly file: string;
    readonly format: Format;
    readonly pods?: string | undefined;
    /** `true`: the kubeconfig that kubectl would use. */
    readonly kubeconfig?: string | true | undefined;
    readonly context?: string | undefined;
    readonly namespace: readonly string[];
    readonly allowAbsent: boolean;
  },
): Promise<number> {
  const { namespace, allowAbsent } = options;
  const { text, name: source } = await readSource(io, options);
  const list = readPods(text, source, namespace);
  return await withEffects(io, options.file, async (effects, environments) => {
    const found = await findRunning(effects, environments, environmentNamed(environments, name), list);
    print(io, runningReport(found), options.format);
    if (found.failures.length > 0) return EXIT.failed;
    return isRolledOut(found, allowAbsent) ? EXIT.done : EXIT.closed;
  });
}

async function readSource(
  io: Io,
  { pods, kubeconfig, context, namespace }: Parameters<typeof running>[2],
): Promise<{ readonly text: string; readonly name: string }> {
  if ((pods === undefined) === (kubeconfig === undefined))
    throw new PromoteError('USAGE', 'running takes either a list of pods or a cluster', {
      hint: 'name one: --pods <file>, or --kubeconfig [file]',
    });
  if (pods === undefined) {
    const { listClusterPods } = await import('../commands/running/cluster.ts');
    const file = kubeconfig === true ? undefined : kubeconfig;
    const { cwd, env, signal } = io;
    return await listClusterPods({ cwd, env, signal, file, context, namespaces: namespace });
  }
  if (context !== undefined)
    throw new PromoteError('USAGE', 'running --context is for a cluster: --kubeconfig [file]');
  if (pods === '-') return { text: await readStandardInput(io), name: 'standard input' };
  return { text: await readListed(io, pods), name: pods };
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
