import { type Command, Option } from 'commander';
import type { Io } from '../io.ts';
import { approval, change, collect, common, type Exit, evidence, wholeNumber } from './options.ts';

/** Adds the commands that propose changes of another kind than promotions. */
export function addChangeCommands(program: Command, io: Io, exit: Exit): void {
  program.commandsGroup('Change:');
  change(program.command('rollback <environment>'))
    .description('undo the last promotion, and hold what was rolled back')
    .option('--to <commit|time|version>', 'return to the pins of a commit, of a time, or of a version')
    .option('--steps <count>', 'how many promotions to roll back (default: 1)', text => wholeNumber(text))
    .option('--image <name>', 'only this image', collect, [])
    .option('--force', 'also undo what was changed by hand since', false)
    .option('--restore', 'copy back images that the environment lost, from where they still are', false)
    .option('--reason <text>', 'why, for the commit and the hold')
    .option('--approved-by <name>', 'who approved, where stated approvals count', collect, [])
    .option(
      '--plan-digest <digest>',
      'a rollback that an earlier job of this run named, for approval by a protected environment',
      collect,
      [],
    )
    .addOption(approval())
    .option('--out <file>', 'write the plan, for promote approve')
    .option('--yes', 'do not ask', false)
    .option('--exit-code', 'exit with 5 when waiting', false)
    .action(async (environment, options) =>
      exit(await (await import('../rollback.ts')).rollback(io, environment, options)),
    );

  change(program.command('hold <environment> [image]'))
    .description('keep a digest of an image out of an environment; without an image stop everything there')
    .option('--digest <digest>', 'the digest to hold (default: the next to be promoted)')
    .option('--all', 'hold every digest of the image', false)
    .option('--reason <text>', 'why')
    .option('--until <date>', 'the last day, or the time it ends')
    .addOption(
      new Option('--override <gate>', 'propose to let one plan through the freeze, up to --until').choices([
        'freeze',
      ]),
    )
    .option('--plan <digest>', 'for --override: which plan, where several wait for it')
    .action(async (environment, image, options) =>
      exit(await (await import('../hold.ts')).hold(io, environment, image, options)),
    );

  change(program.command('lift <environment> [image]').alias('release'))
    .description('release a hold, or allow a digest that was replaced before; without an image end a stop')
    .option('--digest <digest>', 'only this digest; it need not be held')
    .addOption(
      new Option('--override <gate>', 'end the override of the plan that --digest names').choices(['freeze']),
    )
    .action(async (environment, image, options) =>
      exit(await (await import('../lift.ts')).lift(io, environment, image, options)),
    );

  common(program.command('refresh [paths...]'))
    .description('propose newer base and third-party images')
    .option('--dry-run', 'say what would be proposed, and write nothing', false)
    .option('--deployed [environment]', 'list the pinned images that are built on a superseded base')
    .action(async (paths, options) =>
      exit(await (await import('../refresh.ts')).refresh(io, paths, options)),
    );

  common(program.command('rebuild [environments...]'))
    .description('start builds of pinned images whose base is superseded, by `rebuild` in the file')
    .option('--dry-run', 'say which builds would be started, and start none', false)
    .option('--limit <count>', 'the most builds that one run starts', text => wholeNumber(text), 10)
    .action(async (names, options) =>
      exit(await (await import('../rebuild.ts')).rebuild(io, names, options)),
    );

  common(program.command('mirror [names...]'))
    .description('keep copies of public images in your own registry, by `mirrors` in the file')
    .option('--dry-run', 'say what would be written, and write nothing', false)
    .addOption(evidence())
    .action(async (names, options) => exit(await (await import('../mirror.ts')).mirror(io, names, options)));
}
