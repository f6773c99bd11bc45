import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');

/** A block of a page in a fence: its language, its mark, and its text without the fence's indentation. */
export interface Block {
  readonly language: string;
  /**
   * What a block of output says of itself, beside its language: `tested` is compared with what is printed, `printed` was
   * printed once, `drawn` is a picture, and `typed` is what a person is to type.
   */
  readonly mark: string;
  readonly text: string;
}

/** A command line of a page, and what it shows as printed. */
export interface Shown {
  readonly command: string;
  readonly printed: string;
}

/** The blocks of a page's text, in order. */
export function blocksOf(page: string): readonly Block[] {
  const found = page.matchAll(/^( *)```(\w+)(?: (\w+))?\n([\s\S]*?)^ *```$/gm);
  return [...found].map(([, indent = '', language = '', mark = '', text = '']) => ({
    language,
    mark,
    text: text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  }));
}

/** Whether a block shows what a command printed, or may. */
export function isOutput({ language, text }: Block): boolean {
  return ['text', 'diff', 'json'].includes(language) || (language === 'console' && /^\$ /m.test(text));
}

/** The commands of a page's blocks that are marked `tested`, in order. */
export function shownIn(path: string): readonly Shown[] {
  return testedIn(path).flatMap(({ text }) =>
    [...text.matchAll(/^\$ (.+)\n([\s\S]*?)(?=^\$ |$(?![\s\S]))/gm)].map(
      ([, command = '', printed = '']) => ({ command, printed }),
    ),
  );
}

/** The lines of a page's blocks that are marked `tested` and name no command, in order. */
export function linesIn(path: string): readonly string[] {
  return testedIn(path)
    .filter(({ text }) => !/^\$ /m.test(text))
    .flatMap(({ text }) => text.split('\n').filter(line => line !== ''));
}

function testedIn(path: string): readonly Block[] {
  return blocksOf(readFileSync(join(ROOT, path), 'utf8')).filter(({ mark }) => mark === 'tested');
}

/** Without what differs from run to run: times, digests, and the spaces that fill a table. */
export function plain(text: string): string {
  return text
    .replaceAll(/\d{4}-\d\d-\d\d(T[\d:.]+Z)?/g, 'time')
    .replaceAll(/\b\d+ h( \d+ min)?\b/g, 'duration')
    .replaceAll(/\b[0-9a-f]{12,64}\b/g, 'hex')
    .replaceAll(/ +/g, ' ')
    .replaceAll(/ $/gm, '')
    .trim();
}

/** A pattern that a printed text matches where it is as shown; a line of three dots stands for any lines. */
export function asShown(printed: string): RegExp {
  const parts = plain(printed).split(/^…$/m);
  return new RegExp(`^${parts.map(part => RegExp.escape(part)).join('[\\s\\S]*')}$`);
}

/** A command line as its words; quotes hold one together. */
export function words(command: string): readonly string[] {
  return [...command.matchAll(/"([^"]*)"|'([^']*)'|\S+/g)].map(
    ([word, double, single]) => double ?? single ?? word,
  );
}
