import { type Command, Option } from 'commander';
import type { Io } from '../io.ts';
import { duration, longDuration } from './duration.ts';
import {
  collect,
  common,
  DEFAULT_FILE,
  type Exit,
  evidence,
  format,
  promotion,
  type RunCommand,
  ticketed,
  wholeNumber,
} from './options.ts';
import { shardText } from './shard.ts';

/** Adds the commands that move images and pins forward. */
export function addPromotionCommands(program: Command, io: Io, exit: Exit, run: RunCommand): void {
  program.commandsGroup('Promote:');
  promotion(program.command('plan'), '<environment>')
    .description('show what apply would do, and why it would wait; write nothing')
    .option('--out <file>', 'write the plan for apply --plan')
    .option(
      '--verify',
      'also verify signatures and records of what is promoted, and look for newer evidence (with --exit-code or --out: always)',
      false,
    )
    .option(
      '--forecast [images]',
      'what it needs: requests, bytes, limits and time; with a number, for as many images',
      text => wholeNumber(text),
    )
    .action(async (environment, options) =>
      exit(await (await import('../plan.ts')).plan(io, environment, options)),
    );

  ticketed(promotion(program.command('apply'), '[environment]'))
    .description('promote as far as the gates allow; run it again at any time')
    .option('--plan <file>', 'carry out this plan, and nothing else')
    .addOption(
      new Option(
        '--only <half>',
        'of a plan file: copy and sign its images, and neither tag nor pin them',
      ).choices(['images']),
    )
    .option('--shard <index/count>', 'with --only images: this share of them, such as 3/8', shardText)
    .option(
      '--plan-digest <digest>',
      'a plan that an earlier job of this run named, for approval by a protected environment',
      collect,
      [],
    )
    .option(
      '--wait <duration>',
      'while people or checks are waited for, look again, at most for this long, such as 30m',
      duration,
    )
    .option(
      '--report <file>',
      'a scan report of this CI job, where `vulnerabilities.from` has job (repeatable)',
      collect,
      [],
    )
    .addOption(evidence())
    .option(
      '--requested-by <name>',
      "who asked for it, for commits and records (default: the CI user, else Git's user.name)",
    )
    .action(async (environment, options) =>
      exit(await (await import('../apply.ts')).apply(io, environment, options)),
    );

  common(program.command('approve <plan>'))
    .description('sign an approval of a plan, by its digest or its file, where approval is by signature')
    .option('--key <key>', 'private key: a path, or env://NAME; its password is in COSIGN_PASSWORD')
    .option('--keyless', 'sign with the OpenID Connect identity that you have here')
    .option('--environment <name>', 'where to look for a plan that its digest names')
    .option('--image <name[=reference]>', 'the images that such a plan was made with', collect, [])
    .option(
      '--expires-in <duration>',
      'how long it counts (default: 7d, or what the gate allows)',
      longDuration,
    )
    .option('--out <file>', 'write it to a file, for --approval')
    .option('--attach', 'attach it to the source images', false)
    .option('--token-file <file>', "with --keyless: the identity token (default: the CI's own)")
    .option('--fulcio <url>', 'with --keyless: the certificate authority (default: the public one)')
    .option('--rekor <url>', 'with --keyless: the transparency log (default: the public one, if Fulcio is)')
    .option('--tsa <url>', 'with --keyless: the timestamp authority')
    .action(async (plan, options) => exit(await (await import('../approve.ts')).approve(io, plan, options)));

  program
    .command('init')
    .description('write an environments file for this repository')
    .addOption(format())
    .option('--yes', 'do not ask', false)
    .addOption(
      new Option('--ci <kind>', "the CI to write a file for (default: by Git's remote)").choices([
        'github',
        'gitlab',
        'none',
      ]),
    )
    .option('--action <owner/repository@commit>', 'the copy of promote whose actions GitHub runs')
    .option('--container <image@digest>', "the image of GitLab's jobs, with promote and Git")
    .option(
      '--generate-key <path>',
      'make a key pair: the private half at this path outside of any repository, the public half in cosign.pub',
    )
    .action(async options => exit(await (await import('../init.ts')).init(io, options)));

  program
    .command('pipeline')
    .description('print a GitLab child pipeline with a job for each environment')
    .option('--file <path>', 'the environments file, or <repository>//<path>@<branch>', DEFAULT_FILE)
    .option('--image <name=reference>', 'a build that entry environments take', collect, [])
    .option(
      '--container <image>',
      "the jobs' container image, with promote and Git (default: the runner's own)",
    )
    .option('--tag <tag>', 'a tag of the runners that take the jobs', collect, [])
    .option('--command <command>', 'how the jobs run promote', 'promote')
    .action(async options => exit(await (await import('../pipeline.ts')).pipeline(io, options)));

  program
    .command('workflow <environment>')
    .description('print the Kubernetes objects that carry out a plan in a cluster, in shards')
    .addOption(
      new Option('--engine <engine>', 'what runs it').choices(['kubernetes', 'argo']).makeOptionMandatory(),
    )
    .requiredOption('--container <image@digest>', "the pods' container image, with promote and Git")
    .option('--file <path>', 'the environments file, as <repository>//<path>@<branch>', DEFAULT_FILE)
    .option('--shards <count>', 'how many pods share the images', text => wholeNumber(text), 8)
    .option('--plan <name>', 'the ConfigMap that holds plan.json (default: promote-plan-<environment>)')
    .option('--plan-claim <name>', 'a volume claim that holds it instead')
    .action(async (environment, options) =>
      exit(await (await import('../workflow.ts')).workflow(io, environment, options)),
    );

  program
    .command('demo')
    .description('promote an image from build to production, on this machine alone')
    .option('--directory <path>', 'where to build it (default: a new temporary directory)')
    .action(async options => exit(await (await import('../demo.ts')).demo(io, options, run)));
}
