import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GIT, temporaryDirectory } from './fixture.ts';

/** A `git` that notes each of its commands. */
export interface NotingGit {
  readonly executable: string;
  /** The names of the commands since the last call. */
  commands(): Promise<readonly string[]>;
}

/** Makes a `git` that notes its commands and does what the real one does. */
export async function makeNotingGit(): Promise<NotingGit> {
  const directory = await temporaryDirectory();
  const [log, executable] = [join(directory, 'commands'), join(directory, 'git')];
  await writeFile(executable, `#!/bin/sh\necho "$*" >> '${log}'\nexec '${GIT}' "$@"\n`, { mode: 0o755 });
  await writeFile(log, '');
  return {
    executable,
    commands: async () => {
      const lines = (await readFile(log, 'utf8')).split('\n').slice(0, -1);
      await writeFile(log, '');
      return lines.map(commandIn);
    },
  };
}

/** The command of a line, behind Git's own settings. */
function commandIn(line: string): string {
  const [command] = line
    .replaceAll(/(?:^| )(-[cC] \S+|--?[a-z]\S*)/g, '')
    .trim()
    .split(' ');
  return command ?? '';
}
