import type { Command, Option } from 'commander';
import { EXIT } from './exit.ts';
import type { Io } from './io.ts';
import { localNames } from './local-names.ts';
import { DEFAULT_FILE } from './program/options.ts';

/** The names of environments and images that a word may complete to. */
export interface Names {
  readonly environments: readonly string[];
  readonly images: readonly string[];
}

/** `promote complete`, which the shells' scripts call: prints completions of the last word, one a line. */
export async function complete(io: Io, program: Command, words: readonly string[]): Promise<number> {
  const at = words.indexOf('--file');
  const names = await localNames(io, (at < 0 ? undefined : words[at + 1]) || DEFAULT_FILE);
  for (const word of completions(program, words, names)) io.stdout.write(`${word}\n`);
  return EXIT.done;
}

/** The completions of the last word; none if it is a path or free text. */
export function completions(program: Command, words: readonly string[], names: Names): readonly string[] {
  const typed = words.at(-1) ?? '';
  const given = words.slice(0, -1);
  return candidates(program, given, typed, names)
    .filter(word => word.startsWith(typed))
    .sort();
}

function candidates(program: Command, given: readonly string[], typed: string, names: Names): string[] {
  const index = given.findIndex(word => !word.startsWith('-'));
  const command = index < 0 ? undefined : commandNamed(program, given[index] ?? '');
  const visible = program.commands.filter(known => known.name() !== 'complete');
  if (index < 0) {
    return typed.startsWith('-')
      ? longOptions(program)
      : [...visible.flatMap(known => [known.name(), ...known.aliases()]), 'help'];
  }
  if (given[index] === 'help') return visible.map(known => known.name());
  if (command === undefined) return [];
  const { options } = command;
  const open = takesValue(options, given.at(-1));
  if (open !== undefined) return valuesOf(open, names);
  if (typed.startsWith('-')) return [...longOptions(command), ...longOptions(program)];
  const passed = given.slice(index + 1).filter((word, place, all) => {
    return !word.startsWith('-') && takesValue(options, all[place - 1]) === undefined;
  });
  const { registeredArguments } = command;
  return namesFor(registeredArguments[passed.length]?.name() ?? '', names);
}

function commandNamed(program: Command, name: string): Command | undefined {
  return program.commands.find(known => known.name() === name || known.aliases().includes(name));
}

/** The option whose flag this word is, if a value follows the flag. */
function takesValue(options: readonly Option[], word: string | undefined): Option | undefined {
  return options.find(option => option.long === word && (option.required || option.optional));
}

function longOptions(command: Command): string[] {
  return [...command.options.flatMap(({ long }) => long ?? []), '--help'];
}

function valuesOf({ argChoices, flags, long }: Option, names: Names): string[] {
  if (argChoices !== undefined) return [...argChoices];
  return long === '--image' ? [...names.images] : namesFor(/[<[](.*?)[>\]]/.exec(flags)?.[1] ?? '', names);
}

/** The names that are valid for the argument with this name. */
function namesFor(argument: string, { environments, images }: Names): string[] {
  if (argument === 'subject') return [...environments, ...images];
  if (argument === 'image') return [...images];
  if (argument === 'shell') return ['bash', 'zsh', 'fish', 'powershell'];
  return argument.startsWith('environment') || argument === 'name' ? [...environments] : [];
}
