import { type Command, InvalidArgumentError, Option } from 'commander';

import { PromoteError } from '../../errors.ts';
import { type EvidenceChoice, parseEvidenceChoice } from '../../oci/evidence-choice.ts';
import { FAIL_ON_CLOSED } from '../../reports/closed-choice.ts';
import type { Io } from '../io.ts';

/** The default of `--file`; the file is searched for upwards within the checkout. */
export const DEFAULT_FILE = 'environments.yaml';

/** The file that a hint has to name: none for the default. */
export function namedFile(file: string): { readonly file?: string } {
  return file === DEFAULT_FILE ? {} : { file };
}

/** Receives a command's exit code. */
export type Exit = (code: number) => void;

/** Runs a whole command line, as the demo does for each of its steps. */
export type RunCommand = (argv: readonly string[], io: Io) => Promise<number>;

/** How every command prints its results. */
export const FORMATS = ['text', 'json', 'markdown'] as const;

export function common(command: Command, formats: readonly string[] = FORMATS): Command {
  return command
    .option('--file <path>', 'the environments file, or <repository>//<path>@<branch>', DEFAULT_FILE)
    .addOption(format(formats));
}

/** The option `--file` of a command that needs no environments file. */
export function hostsFile(): Option {
  return new Option(
    '--file <path>',
    'the environments file with settings of `hosts`, if there is one',
  ).default(DEFAULT_FILE);
}

export function change(command: Command): Command {
  return ticketed(
    common(command).option(
      '--requested-by <name>',
      "who asked for it (default: the CI user, else Git's user.name)",
    ),
  );
}

export function ticketed(command: Command): Command {
  return command.option('--ticket <key>', 'a ticket that it is for, such as OPS-421', collect, []);
}

export function promotion(command: Command, environment: string): Command {
  return common(command.argument(environment))
    .option(
      '--image <name[=reference]>',
      'only this image; with a reference, this build or source',
      collect,
      [],
    )
    .option('--allow-direct', 'take a named source although the environment takes from another one', false)
    .option('--allow-backward', 'allow an older version, or a digest that was replaced here before', false)
    .option('--again', 'propose again what a person declined by closing its pull request', false)
    .option(
      '--approved-by <name>',
      'who approved, where the environment accepts stated approvals',
      collect,
      [],
    )
    .addOption(approval())
    .addOption(failOnClosed())
    .option('--exit-code', 'exit with 4 when there is something to promote (plan), 5 when waiting', false);
}

/** The option for files with signed approvals. */
export function approval(): Option {
  return new Option('--approval <file>', 'signed approvals, as promote approve --out writes them')
    .argParser(collect)
    .default([]);
}

function failOnClosed(): Option {
  return new Option('--fail-on-closed <choice>', 'whether a closed gate exits with 3')
    .choices(FAIL_ON_CLOSED)
    .default('true');
}

export function evidence(): Option {
  return new Option('--evidence <which>', 'evidence to carry: all, none, or artifact types by comma')
    .argParser(evidenceChoice)
    .default('all');
}

function evidenceChoice(text: string): EvidenceChoice {
  try {
    return parseEvidenceChoice(text);
  } catch (error) {
    throw error instanceof PromoteError ? new InvalidArgumentError(`${error.message}.`) : error;
  }
}

export function format(formats: readonly string[] = FORMATS): Option {
  return new Option('--format <format>', 'how results are printed').choices(formats).default('text');
}

export function limit(most = 20): Option {
  return new Option('--limit <count>', 'how many commits to show, or all')
    .argParser(text => (text === 'all' ? Number.POSITIVE_INFINITY : wholeNumber(text, ', or all')))
    .default(most);
}

export function wholeNumber(text: string, more = ''): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError(`Expected a whole number above zero${more}.`);
}

export function portNumber(text: string): number {
  const port = wholeNumber(text);
  if (port < 65_536) return port;
  throw new InvalidArgumentError('Expected a port, at most 65535.');
}

export function collect(value: string, previous: readonly string[]): readonly string[] {
  return [...previous, value];
}
