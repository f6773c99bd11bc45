import type { Command } from 'commander';
import { neutralise } from '../reports/neutralise.ts';
import { fold } from '../reports/text-table.ts';
import { didYouMean } from './did-you-mean.ts';
import type { Io } from './io.ts';
import { localNames } from './local-names.ts';

const WIDTH = 80;

/** The end of a usage error: how the command is used, and the environments that it can be used on. */
export async function usage(
  io: Io,
  program: Command,
  argv: readonly string[],
  message: string,
): Promise<string> {
  const command = program.commands.find(known => argv.some(word => namesOf(known).includes(word)));
  const meant = didYouMean(program, command, message);
  const lines = meant === undefined ? [] : [`(Did you mean ${meant}?)`];
  if (command === undefined) {
    const shown = program.createHelp().visibleCommands(program);
    const names = fold(
      `commands: ${shown.map(known => known.name()).join(', ')}`,
      io.stderr.columns ?? WIDTH,
    );
    return `${[...lines, 'usage: promote <command>', ...names].join('\n')}\n`;
  }
  lines.push(`usage: promote ${command.name()} ${command.usage()}`);
  if (/environment/.test(command.usage())) {
    const { environments } = await localNames(io);
    if (environments.length > 0) lines.push(`environments: ${environments.map(neutralise).join(', ')}`);
  }
  return `${lines.join('\n')}\n`;
}

function namesOf(command: Command): readonly string[] {
  return [command.name(), ...command.aliases()];
}
