import { type Command, Option } from 'commander';
import { POLICY_FORMATS } from '../../policy/verifiers.ts';
import { CLEAN_UP_FORMATS } from '../../reports/clean-ups/formats.ts';
import type { Io } from '../io.ts';
import { duration } from './duration.ts';
import {
  collect,
  common,
  DEFAULT_FILE,
  type Exit,
  evidence,
  FORMATS,
  format,
  hostsFile,
  limit,
  portNumber,
  wholeNumber,
} from './options.ts';

/** Adds the commands that only read, apart from `--repair`. */
export function addReadingCommands(program: Command, io: Io, exit: Exit): void {
  program.commandsGroup('Look:');
  common(program.command('check'), [...FORMATS, 'sarif'])
    .description(
      'find what is wrong in the environments file, and with registries, keys, the forge and programs',
    )
    .option('--offline', 'look at the working tree alone, and ask nobody', false)
    .option(
      '--write-probe',
      'begin an upload in each registry and cancel it, to see whether it is allowed',
      false,
    )
    .option('--lint', 'look for unpinned, foreign and unknown images in the working tree too', false)
    .option('--fix', 'for --lint: write the digest that a tag names now', false)
    .option('--exit-code', 'exit with 3 when a held digest is pinned, or --lint warns', false)
    .action(async options => exit(await (await import('../check.ts')).check(io, options)));

  common(program.command('explain <subject>'))
    .description('say why a file[:line], an image or an environment is pinned or not, and what comes next')
    .action(async (subject, options) =>
      exit(await (await import('../explain.ts')).explain(io, subject, options)),
    );

  common(program.command('gate'))
    .description('say whether a pull request may be merged, and set its status promote/gate')
    .option('--pull-request <number>', 'which one (default: that of the CI run)')
    .option(
      '--in-pipeline',
      "answer in the pull request's own pipeline by the exit code, and set no status",
      false,
    )
    .option('--exit-code', 'exit with 5 when there is no answer yet', false)
    .action(async options => exit(await (await import('../gate.ts')).gate(io, options)));

  common(program.command('status'))
    .description('show what each environment pins of each image')
    .option(
      '--watch [every]',
      'look again every 10 s, or as often as said, and show what has changed',
      duration,
    )
    .option('--exit-code', 'exit with 3 when a held digest is pinned, or holds cannot be read', false)
    .action(async options => exit(await (await import('../status.ts')).status(io, options)));

  common(program.command('board'))
    .description('make a page of all environments and images, for a static site')
    .option('--out <directory>', 'write it there: index.html, board.js and board.css')
    .option('--serve [port]', 'show it on this machine alone, until it is ended', portNumber)
    .option('--public', 'leave out people, reasons, vulnerabilities and addresses', false)
    .option('--verify', 'ask registries whether each pinned image is sound', false)
    .addOption(limit(200))
    .action(async options => exit(await (await import('../board.ts')).board(io, options)));

  common(program.command('history <environment>'))
    .description('show what was pinned when, read from Git; newest first')
    .option('--image <name>', 'only this image')
    .addOption(limit())
    .action(async (environment, options) =>
      exit(await (await import('../history.ts')).history(io, environment, options)),
    );

  common(program.command('custody <image>'))
    .description('show how an image came from its build to production, by signed records alone')
    .option('--environment <name>', 'where it ends (default: each environment that no other takes from)')
    .option('--digest <digest>', 'which of its digests (default: what is pinned there)')
    .option('--out <path>', 'write the proofs as a tar archive, with a script of cosign commands')
    .action(async (image, options) =>
      exit(await (await import('../custody.ts')).custody(io, image, options)),
    );

  common(program.command('keep [environment...]'), [...FORMATS, ...CLEAN_UP_FORMATS])
    .description('list every digest that a clean-up must not delete, or print clean-up rules for a registry')
    .addOption(
      new Option('--last <count>', 'how many changes of each environment may be rolled back')
        .argParser(text => wholeNumber(text))
        .default(10),
    )
    .option(
      '--check <digest|file>',
      'exit with 3 if one of these digests must not be deleted; a file has one on each line',
      collect,
      [],
    )
    .addOption(
      new Option(
        '--older-than <days>',
        'for rules: the days after which all others may be deleted (default: 90)',
      ).argParser(text => wholeNumber(text)),
    )
    .action(async (names, options) => exit(await (await import('../keep.ts')).keep(io, names, options)));

  program
    .command('metrics [environment...]')
    .description('print how fast and how safely images reach environments, as OpenMetrics')
    .option('--file <path>', 'the environments file, or <repository>//<path>@<branch>', DEFAULT_FILE)
    .addOption(
      new Option('--days <count>', 'the days before now that are measured')
        .argParser(text => wholeNumber(text))
        .default(30),
    )
    .addOption(limit(500))
    .option('--out <path>', 'write them there instead, whole or not at all')
    .action(async (names, options) =>
      exit(await (await import('../metrics.ts')).metrics(io, names, options)),
    );

  program
    .command('policy <environment>')
    .description('print an admission policy that accepts only images signed for an environment')
    .option('--file <path>', 'the environments file, or <repository>//<path>@<branch>', DEFAULT_FILE)
    .addOption(
      new Option('--format <format>', 'who decides about images')
        .choices(POLICY_FORMATS)
        .makeOptionMandatory(),
    )
    .option('--for <version>', 'the version of that program, where its policies differ, such as 1.19')
    .action(async (environment, options) =>
      exit(await (await import('../policy.ts')).policy(io, environment, options)),
    );

  common(program.command('running <environment>'))
    .description('compare what a cluster runs with what the environment pins')
    .option('--pods <file>', 'what kubectl get pods --all-namespaces -o json printed; - reads it')
    .option('--kubeconfig [file]', 'ask the cluster itself; without a file, the one that kubectl would ask')
    .option('--context <name>', 'for --kubeconfig: the context (default: its current one)')
    .option('--namespace <name>', 'look at this namespace alone', collect, [])
    .option('--allow-absent', 'do not exit with 3 because nothing runs an image', false)
    .action(async (name, options) => exit(await (await import('../running.ts')).running(io, name, options)));

  common(program.command('vulnerabilities [environment...]'), [...FORMATS, 'sarif'])
    .description('show vulnerabilities of the pinned images, by the scan reports that the gate accepts today')
    .option('--exit-code', 'exit with 3 when something is above what the gate allows, or not scanned', false)
    .option('--open-issue', 'keep one issue about it up to date in each deployment repository', false)
    .option('--public', 'for --open-issue: also where everybody may read it', false)
    .action(async (names, options) =>
      exit(await (await import('../vulnerabilities.ts')).vulnerabilities(io, names, options)),
    );

  common(program.command('verify <environment|reference>'))
    .description('check that images are whole, signed, recorded and tagged')
    .option(
      '--repair',
      'complete what an interrupted run or an early merge left out, as the gates allow',
      false,
    )
    .option(
      '--registry <registry>',
      'look at this registry of the environment alone, or at its backup, which --repair completes',
    )
    .option('--approved-by <name>', 'for --repair: who approved, where that is accepted', collect, [])
    .option(
      '--requested-by <name>',
      "for --repair: who asked for it (default: the CI user, else Git's user.name)",
    )
    .addOption(evidence())
    .option('--key <key>', 'of a reference: a public key that counts, a path or env://NAME', collect, [])
    .option('--certificate-identity <name>', 'of a reference: whom the certificate was issued to, exactly')
    .option('--certificate-oidc-issuer <url>', 'of a reference: the identity provider it names, exactly')
    .option('--trusted-root <path>', "of a reference: Sigstore's trusted root (default: the public one)")
    .option(
      '--annotation <name=value>',
      'of a reference: what the signature must be annotated with',
      collect,
      [],
    )
    .option(
      '--provenance <what=value>',
      'of a reference: those signers must have signed provenance of this build, not the image: ' +
        'builder, source, ref, workflow, buildType, trigger, parameter.<path>; ~= for a pattern',
      collect,
      [],
    )
    .option('--children', "of a reference: each platform's manifest must be signed too", false)
    .action(async (subject, options) =>
      exit(await (await import('../verify.ts')).verify(io, subject, options)),
    );

  program
    .command('inspect <reference>')
    .description('show the platforms of an image and what is attached to it')
    .addOption(hostsFile())
    .addOption(format())
    .action(async (reference, options) =>
      exit(await (await import('../inspect.ts')).inspect(io, reference, options)),
    );
}
