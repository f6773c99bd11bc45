import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnvironments } from '../environments/parse.ts';
import { PromoteError, withSystem } from '../errors.ts';
import { withEntries } from '../plan/init/add-images.ts';
import { doubtsOf, where, whyGuessed } from '../plan/init/doubts.ts';
import { environmentsText } from '../plan/init/environments-text.ts';
import { findLayout, type Guess, type Layout } from '../plan/init/layout.ts';
import { gitOwner } from '../plan/init/owner.ts';
import { sameCommand } from '../plan/invocation.ts';
import { initReport } from '../reports/init.ts';
import type { Format } from '../reports/render.ts';
import { findCheckout } from './environments-file.ts';
import { EXIT } from './exit.ts';
import { gitOrigin } from './git-person.ts';
import type { Io } from './io.ts';
import { print, shown } from './print.ts';
import { DEFAULT_FILE } from './program/options.ts';
import { readWorkingTree } from './working-tree.ts';

/** `promote init`: writes an environments file for the repository that it runs in. */
export async function init(
  io: Io,
  options: { readonly format: Format; readonly yes: boolean },
): Promise<number> {
  if (!options.yes && io.ask === undefined) {
    throw new PromoteError('USAGE', 'init: nobody is here to ask', {
      hint: 'without a terminal: promote init --yes',
    });
  }
  const root = findCheckout(io.cwd);
  if (root === undefined) {
    throw new PromoteError('USAGE', `init: ${io.cwd} is in no Git repository`, {
      hint: 'change to the repository that holds your deployment files, or run git init there',
    });
  }
  if (existsSync(join(root, DEFAULT_FILE))) {
    throw new PromoteError('USAGE', `init: ${DEFAULT_FILE} is there already`, { hint: 'promote check' });
  }
  const texts = await readWorkingTree(root, isDeploymentFile);
  const layout = findLayout(new Map([...texts].filter(([path]) => isDeploymentFile(path))));
  if (layout.environments.length === 0) throw nothingFound(texts);
  const text = environmentsText(layout.environments);
  // What is written is right by itself, or nothing is written.
  parseEnvironments(text, DEFAULT_FILE);
  const writes = [DEFAULT_FILE, ...layout.additions.keys()];
  const doubts = doubtsOf(layout.environments, gitOwner(gitOrigin(io)));
  const report = initReport({ layout, doubts, writes, next: nextCommands(layout, writes) });
  if (!options.yes) {
    const [guess] = layout.environments.filter(({ guessed }) => guessed !== undefined);
    if (guess?.guessed !== undefined && !(await isRight(io, guess.name, guess.guessed))) return EXIT.done;
    const preview = shown(io, io.stderr, report);
    if (
      (await io.ask?.(
        `${preview}Write ${writes.length === 1 ? DEFAULT_FILE : `${writes.length} files`}?`,
      )) !== true
    ) {
      io.stderr.write('nothing was written\n');
      return EXIT.done;
    }
  }
  await write(root, layout, texts, text);
  print(io, report, options.format);
  return EXIT.done;
}

/** Asks whether a directory is what it was taken for. */
async function isRight(io: Io, name: string, guess: Guess): Promise<boolean> {
  const why = whyGuessed(guess);
  const question = `${why.charAt(0).toUpperCase()}${why.slice(1)}. Is what ${where(guess.directory)} deploys ${name}?`;
  if ((await io.ask?.(question)) === true) return true;
  const advice = 'give each environment a directory or a file of its name, such as dev and production';
  io.stderr.write(`nothing was written: ${advice}, or write ${DEFAULT_FILE} by hand\n`);
  return false;
}

/** YAML that somebody deploys: no template of a chart, which is no YAML, and nothing of a CI. */
function isDeploymentFile(path: string): boolean {
  return /\.ya?ml$/.test(path) && !/(^|\/)(templates|\.[^/]+)\//.test(path);
}

async function write(
  root: string,
  { additions }: Layout,
  texts: ReadonlyMap<string, string>,
  text: string,
): Promise<void> {
  await withSystem('init', async () => {
    await writeFile(join(root, DEFAULT_FILE), text, { flag: 'wx' });
    for (const [file, entries] of additions)
      await writeFile(join(root, file), withEntries(texts.get(file) ?? '', entries));
  });
}

function nextCommands(
  { environments: [first, second] }: Layout,
  writes: readonly string[],
): readonly string[] {
  const [image, path] = [...(first?.images ?? [])][0] ?? [];
  const build = `--image ${image}=${first?.registry}/${path}:<tag>`;
  const add = sameCommand({ words: writes, options: [] }).replace(/^promote /, '');
  return [
    'promote check --offline',
    `git add ${add} && git commit --message 'Promote images with promote'`,
    second === undefined ? `promote plan ${first?.name} ${build}` : `promote plan ${second.name}`,
  ];
}

function nothingFound(texts: ReadonlyMap<string, string>): PromoteError {
  const count = [...texts.keys()].filter(isDeploymentFile).length;
  return new PromoteError(
    'NOT_FOUND',
    `init: none of ${count} YAML files pins an image as registry/owner/name:tag, in Helm values, a kustomization or a manifest`,
    {
      hint: `run it where your deployment files are, or write ${DEFAULT_FILE} by hand: promote schema says how`,
    },
  );
}
