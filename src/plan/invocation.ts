import type { Environments } from '../environments/environments.ts';

/** An option, and its value where it takes one. */
export type GivenOption = readonly [flag: string, value?: string];

/** The command that a run was started with, for hints that name it again. */
export interface Invocation {
  /** The command and its arguments, such as `apply production`. */
  readonly words: readonly string[];
  /** Its own options in order, such as `--image api=registry.example/api:1.0.0`. */
  readonly options: readonly GivenOption[];
}

/** The command to type for another run with further options, which may hold placeholders such as `<name>`. */
export function sameCommand({ words, options }: Invocation, ...further: readonly string[]): string {
  const given = [
    ...words,
    ...options.flatMap(([flag, value]) => (value === undefined ? flag : [flag, value])),
  ];
  // A control character could do anything in the terminal that the line is pasted into.
  if (given.some(word => /\p{Cc}/u.test(word)))
    return ['the same command', ...(further.length > 0 ? ['with', ...further] : [])].join(' ');
  return ['promote', ...given.map(quoted), ...further].join(' ');
}

/** An option in parentheses, which a hint proposes for the same command. */
const PROPOSED = /\((--[a-z-]+(?: [^\s()]+)?)\)/g;

/** The hint with full commands: behind the words "run again", and for an option in parentheses. */
export function namingCommand(hint: string, invocation: Invocation | undefined): string {
  if (invocation === undefined) return hint;
  if (/\bpromote [a-z]/.test(hint)) return onSameFile(applying(hint, invocation), invocation);
  return hint
    .replace(/\brun (?:it )?again\b/, words => `${words} (${sameCommand(invocation)})`)
    .replaceAll(PROPOSED, (_, option: string) => `(${sameCommand(proposing(invocation, option), option)})`);
}

/** Commands that read no environments file. */
const WITHOUT_FILE = /\bpromote (?:init|schema|demo|completion|help)\b/;

/** Adds that a command in the hint needs the environments file of this run too, unless it is named there. */
function onSameFile(hint: string, { options }: Invocation): string {
  const [flag, file] = options.find(([name]) => name === '--file') ?? [];
  if (flag === undefined || file === undefined || hint.includes(' --file ') || WITHOUT_FILE.test(hint))
    return hint;
  const option = quoted(file);
  return /\p{Cc}/u.test(file) ? hint : `${hint} (with --file ${option})`;
}

/** For `apply`, a hint that proposes `promote plan` with a build proposes `promote apply` instead. */
function applying(hint: string, { words: [verb, environment] }: Invocation): string {
  // A plan that is written to a file stays a plan.
  if (verb !== 'apply' || hint.includes(' --out ')) return hint;
  return hint.replaceAll(`promote plan ${environment} --image `, `promote apply ${environment} --image `);
}

/** Removes the given option of the same name if the proposed one has a placeholder. */
function proposing(invocation: Invocation, option: string): Invocation {
  const [flag = '', value = ''] = option.split(' ');
  return value.startsWith('<') ? withoutOptions(invocation, flag) : invocation;
}

/** The invocation without some of its options, for a command that gives them other values. */
export function withoutOptions({ words, options }: Invocation, ...flags: readonly string[]): Invocation {
  return { words, options: options.filter(([flag]) => !flags.includes(flag)) };
}

/** Another command on the same environments file, which takes words that may be placeholders such as `<name>`. */
export function commandOn({ file }: Pick<Environments, 'file'>, ...words: readonly string[]): string {
  const typed = [...words, ...optionsOn({ file }).flat()];
  return ['promote', ...typed.map(word => (/<[a-z|]+>/.test(word) ? word : quoted(word)))].join(' ');
}

/** The options that every command on the environments file takes. */
export function optionsOn({ file }: Pick<Environments, 'file'>): readonly (readonly [string, string])[] {
  return file === undefined ? [] : [['--file', file]];
}

/** Quotes a word for a POSIX shell. https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
