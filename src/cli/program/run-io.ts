import type { Command } from 'commander';
import { PromoteError } from '../../errors.ts';
import type { GivenOption } from '../../plan/invocation.ts';
import type { Io } from '../io.ts';
import { withoutLogin } from '../without-login.ts';
import { duration, durationText, longDuration } from './duration.ts';

/** The process of a command, with the settings that its command line adds once it is parsed. */
export interface RunIo extends Io {
  stderr: Io['stderr'];
  verbose?: boolean | undefined;
  insecure?: Io['insecure'];
  invocation?: Io['invocation'];
}

/** Reads the options that all commands have, and the words to type the same command again. */
export function readCommonOptions(io: RunIo, command: Command): void {
  const { verbose = false, quiet = false, insecure = [] } = command.optsWithGlobals();
  if (verbose && quiet) {
    throw new PromoteError('USAGE', '--verbose and --quiet are given together', { hint: 'give one of them' });
  }
  io.verbose = verbose;
  io.insecure = insecure;
  // The caller prints errors on the original stream, also with `--quiet`.
  if (quiet) io.stderr = { write: () => true };
  const words = command.processedArgs.flat().filter(word => typeof word === 'string');
  io.invocation = {
    words: [...namesOf(command), ...words],
    options: [...insecureOptions(io), ...givenOptions(command)],
  };
}

/** The names of a command and of those above it, without that of the program. */
function namesOf(command: Command): readonly string[] {
  return command.parent === null ? [] : [...namesOf(command.parent), command.name()];
}

function insecureOptions({ insecure = [] }: RunIo): readonly GivenOption[] {
  return insecure.map(host => ['--insecure', host]);
}

/** The parsers that return milliseconds. */
const DURATIONS: readonly unknown[] = [duration, longDuration];

/** The options that were given, with their values; a value that may be secret is left out. */
function givenOptions(command: Command): readonly GivenOption[] {
  return command.options.flatMap(option => {
    const name = option.attributeName();
    if (command.getOptionValueSource(name) !== 'cli') return [];
    const value: unknown = command.getOptionValue(name);
    const flag = option.long ?? '';
    const values = Array.isArray(value) && name === 'evidence' ? [value.join(',')] : [value].flat();
    return values.flatMap((one): readonly GivenOption[] => {
      if (one === true) return [[flag]];
      const isTime = typeof one === 'number' && DURATIONS.includes(option.parseArg);
      const text = withoutLogin(isTime ? durationText(one) : String(one));
      return isSecret(name, text) ? [] : [[flag, text]];
    });
  });
}

/** Whether a text may be a key itself: it is neither a path nor the name of a variable. */
function isSecret(name: string, text: string): boolean {
  return name === 'key' && !/^(env:\/\/)?[\w./-]{1,200}$/.test(text);
}
