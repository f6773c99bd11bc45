import type { Command, Option } from 'commander';
import { distance } from 'fastest-levenshtein';

/** Names that people know from other tools or expect, and the names that promote uses for them. */
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

/** The command or option that was probably meant by an unknown one; `undefined` if no name is similar. */
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

/** The name that differs in the fewest letters: at most one letter of three. */
function near(typed: string, names: readonly string[]): string | undefined {
  const ranked = names
    .map(name => ({ name, letters: distance(typed, name) }))
    .toSorted((a, b) => a.letters - b.letters);
  const [best] = ranked;
  return best !== undefined && best.letters <= Math.max(1, Math.floor(typed.length / 3))
    ? best.name
    : undefined;
}
