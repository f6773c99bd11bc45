import packageJson from '../../package.json' with { type: 'json' };
import { parseEnvironments } from '../environments/parse.ts';
import { PromoteError } from '../errors.ts';
import { unreadSets } from '../plan/init/application-sets.ts';
import { findControllers } from '../plan/init/controllers.ts';
import { doubtsOf, where, whyGuessed } from '../plan/init/doubts.ts';
import { environmentsText } from '../plan/init/environments-text.ts';
import { findWays } from '../plan/init/kargo.ts';
import { findLayout, type Guess, type Layout } from '../plan/init/layout.ts';
import { clusterObjects } from '../plan/init/objects.ts';
import { gitOwner } from '../plan/init/owner.ts';
import { initReport } from '../reports/init.ts';
import { findCheckout } from './environments-file.ts';
import { EXIT } from './exit.ts';
import { gitOrigin } from './git-person.ts';
import { initAgain } from './init-again.ts';
import { checkCiChoice, proposeCi, publishedBy } from './init-ci.ts';
import { checkKeyPath, PUBLIC_KEY, usualKeyPath, writeKeyPair } from './init-key.ts';
import {
  commitCommand,
  deployedIn,
  type InitOptions,
  type InitRepository,
  mayWrite,
  writeFound,
} from './init-write.ts';
import type { Io } from './io.ts';
import { print } from './print.ts';
import { DEFAULT_FILE } from './program/options.ts';
import { readWorkingTree } from './working-tree.ts';

/** `promote init`: writes an environments file for the repository that it runs in, and a file for its CI. */
export async function init(io: Io, options: InitOptions): Promise<number> {
  if (!options.yes && io.ask === undefined) {
    throw new PromoteError('USAGE', 'init: nobody is here to ask', {
      hint: 'without a terminal: promote init --yes',
    });
  }
  checkCiChoice(options);
  const root = findCheckout(io.cwd);
  if (root === undefined) {
    throw new PromoteError('USAGE', `init: ${io.cwd} is in no Git repository`, {
      hint: 'change to the repository that holds your deployment files, or run git init there',
    });
  }
  const all = await readWorkingTree(root, path => isDeploymentFile(path) || isJson(path));
  const texts = new Map([...all].filter(([path]) => isDeploymentFile(path)));
  const parameters = new Map([...all].filter(([path]) => isJson(path)));
  const repository: InitRepository = {
    root,
    texts,
    parameters,
    paths: new Set(all.keys()),
    origin: gitOrigin(io),
  };
  return all.has(DEFAULT_FILE)
    ? await initAgain(io, options, repository)
    : await initNew(io, options, repository);
}

/** The package of a release names the repository that it was released from here. */
const RELEASED: object & { readonly repository?: { readonly url?: string } } = packageJson as object;

/** The first run: writes an environments file for what the repository contains. */
async function initNew(io: Io, options: InitOptions, repository: InitRepository): Promise<number> {
  const { root, texts, paths, origin } = repository;
  const layout = findLayout(texts, { deployed: deployedIn(repository) });
  if (layout.environments.length === 0) throw nothingFound(texts);
  const [guess] = layout.environments.filter(({ guessed }) => guessed !== undefined);
  const asks = options.yes ? undefined : io.ask;
  if (
    asks !== undefined &&
    guess?.guessed !== undefined &&
    !(await isRight(asks, guess.name, guess.guessed))
  ) {
    io.stderr.write(NOT_RIGHT);
    return EXIT.done;
  }
  const key = await keyPath(io, options, root);
  const text = environmentsText(layout.environments, { signs: key !== undefined, ways: findWays(texts) });
  // Checks the new text before it is written: an invalid file is never written.
  parseEnvironments(text, DEFAULT_FILE);
  const published = publishedBy(RELEASED.repository?.url);
  const place = { env: io.env, origin, paths, signs: key !== undefined, published };
  const ci = proposeCi(options, layout.environments, place);
  const own = [DEFAULT_FILE, ...layout.additions.keys(), ...(ci.path === undefined ? [] : [ci.path])];
  const committed = key === undefined ? own : [...own, PUBLIC_KEY];
  const writes = key === undefined ? committed : [...committed, key];
  const doubts = [
    ...doubtsOf(layout.environments, gitOwner(origin)),
    ...unreadSets(clusterObjects(texts)),
    ...ci.notes,
  ];
  const report = initReport({
    layout,
    met: findControllers(texts),
    doubts,
    writes,
    next: nextCommands(layout, committed, key),
  });
  if (asks !== undefined && !(await mayWrite(io, asks, report, writes))) return EXIT.done;
  if (key !== undefined) await writeKeyPair(io, key, root);
  await writeFound(repository, { additions: layout.additions, text, ci });
  print(io, report, options.format);
  return EXIT.done;
}

/** The path of a new private key: the option's, or the default one if a person agrees to it. */
async function keyPath(io: Io, options: InitOptions, root: string): Promise<string | undefined> {
  if (options.generateKey !== undefined) return checkKeyPath(io, options.generateKey, root);
  const usual = usualKeyPath(io.env, root);
  if (options.yes || usual === undefined || !mayHold(io, usual, root)) return undefined;
  const question = `Sign promotions with a new key? Its private half goes to ${usual}, the public one to ${PUBLIC_KEY}.`;
  return (await io.ask?.(question)) === true ? usual : undefined;
}

/** Whether the default place may hold a key: it is outside of repositories, and not taken. */
function mayHold(io: Io, path: string, root: string): boolean {
  try {
    checkKeyPath(io, path, root);
    return true;
  } catch (error) {
    if (error instanceof PromoteError && error.code === 'USAGE') return false;
    throw error;
  }
}

/** Asks whether a directory deploys the environment that it was guessed to deploy. */
async function isRight(ask: NonNullable<Io['ask']>, name: string, guess: Guess): Promise<boolean> {
  const why = whyGuessed(guess);
  return await ask(
    `${why.charAt(0).toUpperCase()}${why.slice(1)}. Is what ${where(guess.directory)} deploys ${name}?`,
  );
}

const NOT_RIGHT = `nothing was written: give each environment a directory or a file of its name, such as dev and production, or write ${DEFAULT_FILE} by hand\n`;

function isJson(path: string): boolean {
  return path.endsWith('.json');
}

/** Whether a path is YAML to deploy: no template of a chart, which is not YAML, and no file of a CI. */
function isDeploymentFile(path: string): boolean {
  return /\.ya?ml$/.test(path) && !/(^|\/)(templates|\.[^/]+)\//.test(path);
}

function nextCommands(
  { environments: [first, second] }: Layout,
  writes: readonly string[],
  key: string | undefined,
): readonly string[] {
  const [image, path] = [...(first?.images ?? [])][0] ?? [];
  const [tag = '<tag>'] = first?.tags.get(image ?? '') ?? [];
  const build = `--image ${image}=${first?.registry}/${path}:${tag}`;
  return [
    ...(key === undefined ? [] : [`export COSIGN_PRIVATE_KEY="$(cat '${key.replaceAll("'", `'\\''`)}')"`]),
    'promote check --offline',
    commitCommand(writes, 'Promote images with promote'),
    second === undefined ? `promote plan ${first?.name} ${build}` : `promote plan ${second.name}`,
  ];
}

/** Nothing pins an image; the objects of other tools are named all the same, with what to do in their place. */
function nothingFound(texts: ReadonlyMap<string, string>): PromoteError {
  const met = findControllers(texts).map(
    ({ file, object, here, hasEqual }) =>
      `\n  ${hasEqual ? 'here' : 'no equal'}: ${object}: ${here} (${file})`,
  );
  return new PromoteError(
    'NOT_FOUND',
    `init: none of ${texts.size} YAML files pins an image as registry/owner/name:tag, in Helm values, a kustomization or a manifest${met.join('')}`,
    {
      hint: `run it where your deployment files are, or write ${DEFAULT_FILE} by hand: promote schema says how`,
    },
  );
}
