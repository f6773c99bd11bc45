import fs from 'node:fs';
import { createTwoFilesPatch } from 'diff';
import git from 'isomorphic-git';
import { PromoteError } from '../errors.ts';
import { buildVersion, prepareStage } from './stage.ts';

/** What the walk uses of the command line that started it. */
export interface Walker {
  /** Runs one command as if typed in the directory; returns its exit code. */
  readonly run: (directory: string, args: readonly string[]) => Promise<number>;
  readonly say: (line: string) => void;
}

/** Walks two versions of an image from build to production below the directory, printing each command. */
export async function walk(directory: string, walker: Walker): Promise<void> {
  const { say } = walker;
  const repository = await prepareStage(directory);
  const promote = (...args: readonly string[]) => runCommand(walker, repository, args);
  say(`cd ${repository}`);

  await build('1.0.0');
  await promote('apply', 'dev', '--image', 'api=oci:../registries/build/api:1.0.0');
  await promote('apply', 'qa');
  await promote('apply', 'staging');
  say('\n# production asks for an approval: the plan waits, and so does apply');
  await promote('plan', 'production');
  await promote('apply', 'production');
  await promote('apply', 'production', '--approved-by', 'alice');
  say('\n# what that one promotion changed in Git');
  say(await lastDiff(repository, 'production/values.yaml'));
  await promote('status');

  await build('1.1.0');
  await promote('apply', 'dev', '--image', 'api=oci:../registries/build/api:1.1.0');
  await promote('apply', 'qa');
  await promote('status');
  await promote('apply', 'staging');
  await promote('apply', 'production', '--approved-by', 'bob');
  say('\n# a second run finds everything in place and writes nothing');
  await promote('apply', 'production', '--approved-by', 'bob');
  await promote('status');

  say(`
# where to look
  Git history      git -C ${repository} log -p
  registries       ${directory}/registries (OCI image layouts)
  public key       ${directory}/cosign.pub
  environments     ${repository}/environments.yaml`);

  async function build(version: string): Promise<void> {
    say(`\n# a build pushes api ${version} for linux/amd64 and linux/arm64/v8`);
    await buildVersion(repository, version);
  }
}

async function runCommand({ run, say }: Walker, directory: string, args: readonly string[]): Promise<void> {
  say(`\n$ promote ${args.join(' ')}`);
  const code = await run(directory, args);
  if (code !== 0)
    throw new PromoteError('INVALID', `demo: promote ${args.join(' ')} ended with ${code}, expected 0`);
}

/** The difference that the last commit made to a file, as `git show` prints it. */
async function lastDiff(dir: string, filepath: string): Promise<string> {
  const [last, before] = await git.log({ fs, dir, depth: 2 });
  const read = async (oid: string) => {
    const { blob } = await git.readBlob({ fs, dir, oid, filepath });
    return new TextDecoder().decode(blob);
  };
  if (last === undefined || before === undefined)
    throw new PromoteError('GIT', `demo: ${dir} has no promotion yet`);
  const patch = createTwoFilesPatch(
    `a/${filepath}`,
    `b/${filepath}`,
    await read(before.oid),
    await read(last.oid),
    undefined,
    undefined,
    { context: 1 },
  );
  return patch.split('\n').slice(1).join('\n').trimEnd();
}
