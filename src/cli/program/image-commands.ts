import type { Command } from 'commander';
import type { Io } from '../io.ts';
import { common, type Exit, evidence, format } from './options.ts';

/** Adds the commands that work on one image, without environments. */
export function addImageCommands(program: Command, io: Io, exit: Exit): void {
  program.commandsGroup('One image:');
  program
    .command('copy <source> <target>')
    .description('copy an image with its signatures and SBOMs')
    .addOption(evidence())
    .addOption(format())
    .action(async (source, target, options) =>
      exit(await (await import('../copy.ts')).copy(io, source, target, options)),
    );

  common(program.command('sign <reference>'))
    .description('sign an image so that cosign verify accepts it')
    .option('--key <key>', 'private key: a path, or env://NAME; its password is in COSIGN_PASSWORD')
    .option('--environment <name>', 'sign as promotions into this environment are, by the environments file')
    .action(async (reference, options) =>
      exit(await (await import('../sign.ts')).sign(io, reference, options)),
    );
}
