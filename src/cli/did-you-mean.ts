import type { Command, Option } from 'commander';
import { distance } from 'fastest-levenshtein';

/** What people type who know another tool, or expect another name. */
const KNOWN_ELSEWHERE: Readonly<Record<string, string>> = {
  version: '--version',
  deploy: 'apply',
  promote: 'apply',
  sync: 'apply',
  diff: 'plan',
  preview: 'plan',
  'dry-run': 'plan',
  get: 'status',
  list: 'status',
  ls: 'status',
  show: 'status',
  log: 'history',
  revert: 'rollback',
  undo: 'rollback',
  doctor: 'check',
  validate: 'check',
  unhold: 'lift',
  '--json': '--format json',
};

/** What was probably meant by a command or an option that is not known; `undefined` where nothing is near. */
export function didYouMean(
  program: Command,
  command: Command | undefined,
  message: string,
): string | undefined {
  const [, kind, typed = ''] = /unknown (command|option) '([^'=]+)/.exec(message) ?? [];
  if (kind === undefined) return undefined;
  if (typed === '--dry-run' && command?.name() === 'apply') return 'promote plan';
  const elsewhere = KNOWN_ELSEWHERE[typed];
  if (elsewhere !== undefined) return elsewhere;
  const help = program.createHelp();
  return kind === 'command'
    ? near(
        typed,
        help.visibleCommands(program).flatMap(known => [known.name(), ...known.aliases()]),
      )
    : near(
        typed,
        [program, ...(command === undefined ? [] : [command])].flatMap(known => longNames(known.options)),
      );
}

function longNames(options: readonly Option[]): readonly string[] {
  return options.flatMap(({ long }) => long ?? []);
}

/** The name that differs in few letters: one of three at most. */
function near(typed: string, names: readonly string[]): string | undefined {
  const ranked = names
    .map(name => ({ name, letters: distance(typed, name) }))
    .toSorted((a, b) => a.letters - b.letters);
  const [best] = ranked;
  return best !== undefined && best.letters <= Math.max(1, Math.floor(typed.length / 3))
    ? best.name
    : undefined;
}
