import { Command, InvalidArgumentError, Option } from 'commander';
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
    .configureOutput({
      writeOut: text => io.stdout.write(text),
      writeErr: text => io.stderr.write(text),
      outputError: (text, write) => write(text.replace(/^error:/, 'promote:')),
    })
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
    .option(
      '--plan-digest <digest>',
      'a plan that an earlier job of this run named, for approval by a protected environment',
      collect,
      [],
    )
    .addOption(evidence())
    .option('--requested-by <name>', 'who asked for it, for commits and records (default: the CI user)')
    .action(async (environment, options) =>
      exit(await (await import('./apply.ts')).apply(io, environment, options)),
    );

  common(program.command('check'))
    .description('hold the environments file against its repositories, their files and branches')
    .action(async options => exit(await (await import('./check.ts')).check(io, options)));

  common(program.command('status'))
    .description('the board: what each environment pins of each image')
    .action(async options => exit(await (await import('./status.ts')).status(io, options)));

  common(program.command('history <environment>'))
    .description('what each image was when, read from Git; newest first')
    .option('--image <name>', 'only this image')
    .addOption(limit())
    .action(async (environment, options) =>
      exit(await (await import('./history.ts')).history(io, environment, options)),
    );

  common(program.command('verify <environment|reference>'))
    .description('what is pinned, or one image: whole, signed, recorded and tagged; exits with 3 where not')
    .option(
      '--repair',
      'complete what an interrupted run or an early merge left out, as the gates allow',
      false,
    )
    .option('--approved-by <name>', 'for --repair: who approved, where that is accepted', collect, [])
    .option('--requested-by <name>', 'for --repair: who asked for it (default: the CI user)')
    .option('--key <key>', 'of a reference: a public key that counts, a path or env://NAME', collect, [])
    .option('--certificate-identity <name>', 'of a reference: whom the certificate was issued to, exactly')
    .option('--certificate-oidc-issuer <url>', 'of a reference: the identity provider it names, exactly')
    .option('--trusted-root <path>', "of a reference: Sigstore's trusted root (default: the public one)")
    .option('--children', "of a reference: each platform's manifest must be signed too", false)
    .action(async (subject, options) =>
      exit(await (await import('./verify.ts')).verify(io, subject, options)),
    );

  program
    .command('inspect <reference>')
    .description('the tree of an image: platforms, and what is attached to it as that says itself')
    .addOption(format())
    .action(async (reference, options) =>
      exit(await (await import('./inspect.ts')).inspect(io, reference, options)),
    );

  change(program.command('rollback <environment>'))
    .description('go back by the last promotion, with one revert commit, and hold what is rolled back')
    .option('--to <commit|time|version>', 'what it was at a commit, at a time, or when it had a version')
    .option('--steps <count>', 'how many promotions to go back by (default: 1)', text => wholeNumber(text))
    .option('--image <name>', 'only this image', collect, [])
    .option('--force', 'undo what was moved by hand since, too', false)
    .option('--restore', 'bring back images that the environment lost, from where they still are', false)
    .option('--reason <text>', 'why, for the commit and the hold')
    .option('--approved-by <name>', 'who approved, where stated approvals count', collect, [])
    .option(
      '--plan-digest <digest>',
      'a rollback that an earlier job of this run named, for approval by a protected environment',
      collect,
      [],
    )
    .option('--yes', 'do not ask', false)
    .option('--exit-code', 'exit with 5 when waiting', false)
    .action(async (environment, options) =>
      exit(await (await import('./rollback.ts')).rollback(io, environment, options)),
    );

  change(program.command('hold <environment> <image>'))
    .description('keep a digest of an image out of an environment until it is lifted')
    .option('--digest <digest>', 'what to hold (default: what is on its way in)')
    .option('--all', 'hold every digest of the image', false)
    .option('--reason <text>', 'why')
    .option('--until <date>', 'the last day, or the time it ends')
    .action(async (environment, image, options) =>
      exit(await (await import('./hold.ts')).hold(io, environment, image, options)),
    );

  change(program.command('lift <environment> <image>'))
    .description('let what is held, or was replaced, into an environment again')
    .option('--digest <digest>', 'only this digest; it need not be held')
    .action(async (environment, image, options) =>
      exit(await (await import('./lift.ts')).lift(io, environment, image, options)),
    );

  common(program.command('refresh [paths...]'))
    .description('propose newer base and third-party images, one pull request a group')
    .option('--dry-run', 'say what would be proposed, and write nothing', false)
    .option('--deployed [environment]', 'say which pinned images stand on a superseded base')
    .action(async (paths, options) => exit(await (await import('./refresh.ts')).refresh(io, paths, options)));

  program
    .command('copy <source> <target>')
    .description('copy an image whole, with its signatures and SBOMs, to repository[:tag]')
    .addOption(evidence())
    .addOption(format())
    .action(async (source, target, options) =>
      exit(await (await import('./copy.ts')).copy(io, source, target, options)),
    );

  common(program.command('sign <reference>'))
    .description('sign an image so that cosign verify accepts it')
    .option('--key <key>', 'private key: a path, or env://NAME; its password is in COSIGN_PASSWORD')
    .option('--environment <name>', 'sign as promotions into this environment are, by the environments file')
    .action(async (reference, options) =>
      exit(await (await import('./sign.ts')).sign(io, reference, options)),
    );

  program
    .command('pipeline')
    .description('print a GitLab pipeline with a job for each environment, for a child pipeline')
    .option('--file <path>', 'the environments file, or <repository>//<path>@<branch>', 'environments.yaml')
    .option('--image <name=reference>', 'a build that entry environments take', collect, [])
    .option('--container <image>', "the jobs' container image, with Node and Git", 'node:24')
    .option('--tag <tag>', 'a tag of the runners that take the jobs', collect, [])
    .option(
      '--command <command>',
      'how the jobs run promote',
      `npx --yes gitops-promote@${packageJson.version}`,
    )
    .action(async options => exit(await (await import('./pipeline.ts')).pipeline(io, options)));

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

function change(command: Command): Command {
  return common(command).option('--requested-by <name>', 'who asked for it (default: the CI user)');
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

function limit(): Option {
  return new Option('--limit <count>', 'how many commits to show, or all')
    .argParser(text => (text === 'all' ? Number.POSITIVE_INFINITY : wholeNumber(text, ', or all')))
    .default(20);
}

function wholeNumber(text: string, more = ''): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError(`Expected a whole number above zero${more}.`);
}

function collect(value: string, previous: readonly string[]): readonly string[] {
  return [...previous, value];
}
