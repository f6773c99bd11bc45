import { parseEnvironments } from '../environments/parse.ts';
import { PromoteError } from '../errors.ts';
import { findControllers } from '../plan/init/controllers.ts';
import { doubtsOf } from '../plan/init/doubts.ts';
import { extend } from '../plan/init/extend.ts';
import { gitOwner } from '../plan/init/owner.ts';
import { passedBy, propose } from '../plan/init/proposal.ts';
import { initAgainReport } from '../reports/init-again.ts';
import { EXIT } from './exit.ts';
import { proposeCi } from './init-ci.ts';
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

/** `promote init` with an environments file: adds what the repository has and the file does not mention. */
export async function initAgain(io: Io, options: InitOptions, repository: InitRepository): Promise<number> {
  const { texts, paths, origin } = repository;
  if (options.generateKey !== undefined) {
    throw new PromoteError('USAGE', `init: no key was made: ${DEFAULT_FILE} is there already`, {
      hint: 'cosign generate-key-pair makes a key; name it under signing in the environments file',
    });
  }
  const present = texts.get(DEFAULT_FILE) ?? '';
  const environments = parseEnvironments(present, DEFAULT_FILE);
  const others = new Map([...texts].filter(([path]) => path !== DEFAULT_FILE));
  const proposal = propose(environments, others, deployedIn(repository));
  const { text, adds, byHand } = extend(present, DEFAULT_FILE, proposal);
  const isAsked = options.action !== undefined || options.container !== undefined;
  const targets = environments.environments.map(({ name, registries: [first] }) => ({
    name,
    registry: first?.push ?? '',
  }));
  const signs = environments.environments.some(({ signing }) => signing?.by.kind === 'key');
  const ci = isAsked ? proposeCi(options, targets, { env: io.env, origin, paths, signs }) : { notes: [] };
  // An overlay's new entries would belong to no environment if a person still has to add its environment.
  const additions = byHand.length === 0 ? proposal.additions : new Map();
  const writes = [
    ...(text === present ? [] : [DEFAULT_FILE]),
    ...additions.keys(),
    ...(ci.path === undefined ? [] : [ci.path]),
  ];
  const doubts = [
    ...passedBy(environments, proposal),
    ...doubtsOf(proposal.environments, gitOwner(origin)),
    ...ci.notes,
  ];
  const next = ['promote check --offline'];
  if (writes.length > 0) next.push(commitCommand(writes, 'Promote what was added'), 'promote status');
  const report = initAgainReport({
    proposal: { ...proposal, additions },
    met: findControllers(texts),
    adds,
    byHand,
    doubts,
    writes,
    next,
  });
  if (writes.length > 0) {
    if (!options.yes && io.ask !== undefined && !(await mayWrite(io, io.ask, report, writes)))
      return EXIT.done;
    await writeFound(repository, { text: text === present ? undefined : text, additions, ci, again: true });
  }
  print(io, report, options.format);
  return EXIT.done;
}
