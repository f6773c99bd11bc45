import { Argument, type Command } from 'commander';
import type { Io } from '../io.ts';
import { collect, common, DEFAULT_FILE, type Exit, evidence, format, hostsFile } from './options.ts';

/** Adds the commands that work on one image, without environments. */
export function addImageCommands(program: Command, io: Io, exit: Exit): void {
  program.commandsGroup('One image:');
  program
    .command('copy <source> <target>')
    .description('copy an image with its signatures and SBOMs')
    .addOption(evidence())
    .addOption(hostsFile())
    .addOption(format())
    .action(async (source, target, options) =>
      exit(await (await import('../copy.ts')).copy(io, source, target, options)),
    );

  program
    .command('index <target> <sources...>')
    .description('make one image of those that CI built for each architecture')
    .option('--platform <platform>', 'a platform that must be among them, such as linux/arm64', collect, [])
    .option('--move-tag', 'let the tag of the target move from another digest', false)
    .addOption(evidence())
    .addOption(hostsFile())
    .addOption(format())
    .action(async (target, sources, options) =>
      exit(await (await import('../assemble.ts')).assemble(io, target, sources, options)),
    );

  common(program.command('sign <reference>'))
    .description('sign an image so that cosign verify accepts it')
    .option('--key <key>', 'private key: a path, or env://NAME; its password is in COSIGN_PASSWORD')
    .option('--environment <name>', 'sign as promotions into this environment are, by the environments file')
    .action(async (reference, options) =>
      exit(await (await import('../sign.ts')).sign(io, reference, options)),
    );

  common(program.command('report'))
    .description('attach a scan report to an image, so that the gate vulnerabilities has it')
    .addArgument(new Argument('<action>').choices(['attach']))
    .argument('<reference>')
    .argument('<scan.json>')
    .requiredOption('--key <key>', 'private key: a path, or env://NAME; its password is in COSIGN_PASSWORD')
    .action(async (_, reference, path, options) =>
      exit(await (await import('../report.ts')).report(io, reference, path, options)),
    );

  program.commandsGroup('Clusters:');
  program
    .command('pull-secret <environment>')
    .description('make the Secret that the cluster of an environment pulls with')
    .option('--file <path>', 'the environments file, or <repository>//<path>@<branch>', DEFAULT_FILE)
    .requiredOption('--from <config.json>', 'a file of named logins, as docker login writes it')
    .option('--name <name>', 'of the Secret (default: promote-<environment>)')
    .option('--namespace <namespace>', 'of the Secret (default: where it is applied)')
    .option('--out <file>', 'where to write it, for its user alone; needed in CI')
    .action(async (environment, options) =>
      exit(await (await import('../pull-secret.ts')).pullSecret(io, environment, options)),
    );
}
