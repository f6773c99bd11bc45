import { Argument, Command, Help, type Option } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import type { Io } from './io.ts';
import { addChangeCommands } from './program/change-commands.ts';
import { addImageCommands } from './program/image-commands.ts';
import { collect, type Exit, type RunCommand } from './program/options.ts';
import { addPromotionCommands } from './program/promotion-commands.ts';
import { addReadingCommands } from './program/reading-commands.ts';
import { type RunIo, readCommonOptions } from './program/run-io.ts';

/** The width of help in characters if there is no terminal. */
const WIDTH = 80;

/** A command and its arguments; only the command's own help lists its options. */
function subcommandTerm(command: Command): string {
  const names = [command.name(), ...command.aliases()].join('|');
  return [names, command.usage().replace('[options]', '').trim()].filter(part => part !== '').join(' ');
}

/** The description of an option. It leaves out a default value that is false or empty. */
function optionDescription(option: Option): string {
  const isNothing = option.defaultValue === false || `${option.defaultValue}` === '';
  const shown: Option = isNothing
    ? Object.assign(Object.create(option), { defaultValue: undefined })
    : option;
  return Help.prototype.optionDescription.call(new Help(), shown);
}

/** Creates the command line: names, options and help. A command's code is loaded when it runs. */
export function createProgram(given: Io, exit: Exit, run: RunCommand): Command {
  const io: RunIo = { ...given };
  const program = new Command('promote')
    .description(
      'Promotes container images from environment to environment, with their signatures, and pins them in Git.',
    )
    .version(packageJson.version, '-v, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .option('--verbose', 'print every request, and what the exit code means')
    .option('--quiet', 'print only results and errors')
    .option(
      '--insecure <host>',
      'a registry that is reached by plain HTTP, by its host and port',
      collect,
      [],
    )
    .hook('preAction', (_, command) => readCommonOptions(io, command))
    .configureOutput({
      writeOut: text => io.stdout.write(text),
      getOutHelpWidth: () => io.stdout.columns ?? WIDTH,
      writeErr: text => io.stderr.write(text),
      outputError: (text, write) => write(text.replace(/^error:/, 'promote:')),
    })
    .exitOverride()
    .showSuggestionAfterError(false)
    .configureHelp({ minWidthToWrap: 20, subcommandTerm, optionDescription })
    .addHelpCommand(
      new Command('help').argument('[command]').description('print the help of a command').helpGroup('More:'),
    );

  addPromotionCommands(program, io, exit, run);
  addReadingCommands(program, io, exit);
  addChangeCommands(program, io, exit);
  addImageCommands(program, io, exit);

  program.commandsGroup('More:');
  program
    .command('schema [command]')
    .description('print the JSON Schema of the environments file, or of what a command prints as JSON')
    .action(async command => exit(await (await import('./schema.ts')).schema(io, command)));

  program
    .command('completion')
    .description('print the completion script of a shell')
    .addArgument(new Argument('<shell>').choices(['bash', 'zsh', 'fish', 'powershell']))
    .action(async shell => exit((await import('./completion.ts')).completion(io, shell)));

  // The shells' completion scripts call this command.
  program
    .command('complete [words...]', { hidden: true })
    .option('--new-word', 'the word to complete is still empty', false)
    .action(async (words, { newWord }) =>
      exit(await (await import('./complete.ts')).complete(io, program, newWord ? [...words, ''] : words)),
    );

  return program;
}
