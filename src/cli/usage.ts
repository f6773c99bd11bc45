import type { Command } from 'commander';
import { neutralise } from '../reports/neutralise.ts';
import type { Io } from './io.ts';
import { localNames } from './local-names.ts';

/** What a usage error ends with: how the command is used, and the environments that it may be used on. */
export async function usage(io: Io, program: Command, argv: readonly string[]): Promise<string> {
  const command = program.commands.find(known => argv.some(word => namesOf(known).includes(word)));
  if (command === undefined) {
    const shown = program.createHelp().visibleCommands(program);
    const names = shown.map(known => known.name()).join(', ');
    return `usage: promote <command>\ncommands: ${names}\n`;
  }
  const lines = [`usage: promote ${command.name()} ${command.usage()}`];
  if (/environment/.test(command.usage())) {
    const { environments } = await localNames(io);
    if (environments.length > 0) lines.push(`environments: ${environments.map(neutralise).join(', ')}`);
  }
  return `${lines.join('\n')}\n`;
}

function namesOf(command: Command): readonly string[] {
  return [command.name(), ...command.aliases()];
}
