import { Command, Option } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import type { Io } from './io.ts';

/** Runs a whole command line, as the demo does for each of its steps. */
export type RunCommand = (argv: readonly string[], io: Io) => Promise<number>;

/** The command line: names, options and help. What a command does is loaded when it runs. */
export function createProgram(io: Io, exit: (code: number) => void, run: RunCommand): Command {
  const program = new Command('promote')
    .description(
      'GitOps promotion without a controller: images, signatures and pins move from environment to environment.',
    )
    .version(packageJson.version, '--version', 'print the version')
    .helpOption('--help', 'print this help')
    .configureOutput({ writeOut: text => io.stdout.write(text), writeErr: text => io.stderr.write(text) })
    .exitOverride()
    .showSuggestionAfterError();

  promotion(program.command('plan'), '<environment>')
    .description('say what would happen: promotions, verdicts, the diff, the cost in requests')
    .option('--out <file>', 'write the plan for apply --plan')
    .action(async (environment, options) =>
      exit(await (await import('./plan.ts')).plan(io, environment, options)),
    );

  promotion(program.command('apply'), '[environment]')
    .description('bring promotions as far as their gates allow; can be run again at any time')
    .option('--plan <file>', 'carry out this plan, and nothing else')
    .addOption(evidence())
    .option('--requested-by <name>', 'who asked for it, for commits and records (default: the CI user)')
    .action(async (environment, options) =>
      exit(await (await import('./apply.ts')).apply(io, environment, options)),
    );

  common(program.command('status'))
    .description('the board: what each environment pins of each image')
    .action(async options => exit(await (await import('./status.ts')).status(io, options)));

  program
    .command('copy <source> <target>')
    .description('copy an image whole, with its signatures and SBOMs, to repository[:tag]')
    .addOption(evidence())
    .addOption(format())
    .action(async (source, target, options) =>
      exit(await (await import('./copy.ts')).copy(io, source, target, options)),
    );

  program
    .command('sign <reference>')
    .description('sign an image so that cosign verify accepts it')
    .requiredOption('--key <key>', 'private key: a path, or env://NAME; its password is in COSIGN_PASSWORD')
    .addOption(format())
    .action(async (reference, options) =>
      exit(await (await import('./sign.ts')).sign(io, reference, options)),
    );

  program
    .command('schema')
    .description('print the JSON Schema of the environments file')
    .action(async () => exit(await (await import('./schema.ts')).schema(io)));

  program
    .command('demo')
    .description('walk an image from build to production on this machine; no server, no network')
    .option('--directory <path>', 'where to build it (default: a new temporary directory)')
    .action(async options => exit(await (await import('./demo.ts')).demo(io, options, run)));

  return program;
}

function common(command: Command): Command {
  return command
    .option('--file <path>', 'the environments file, or <repository>//<path>@<branch>', 'environments.yaml')
    .addOption(format());
}

function promotion(command: Command, environment: string): Command {
  return common(command.argument(environment))
    .option(
      '--image <name[=reference]>',
      'only this image; with a reference, this build or source',
      collect,
      [],
    )
    .option('--allow-direct', 'take a named source although the environment takes from another one', false)
    .option('--allow-backward', 'allow an older version, or a digest that was replaced here before', false)
    .option(
      '--approved-by <name>',
      'who approved, where the environment accepts stated approvals',
      collect,
      [],
    )
    .option('--exit-code', 'exit with 4 when there is something to promote (plan), 5 when waiting', false);
}

function evidence(): Option {
  return new Option('--evidence <which>', 'signatures, attestations and SBOMs to carry')
    .choices(['all', 'none'])
    .default('all');
}

function format(): Option {
  return new Option('--format <format>', 'how results are printed')
    .choices(['text', 'json', 'markdown'])
    .default('text');
}

function collect(value: string, previous: readonly string[]): readonly string[] {
  return [...previous, value];
}
