import type { Layout } from '../plan/init/layout.ts';
import { type Block, heading, line, phrase, type Report } from './document.ts';
import type { init } from './schemas/changes.ts';
import type { Json } from './schemas/parts.ts';

/** What `promote init` found, and what to type next. */
export interface InitView {
  readonly layout: Layout;
  /** What a person should look at first. */
  readonly doubts: readonly string[];
  /** Files that are written, or would be. */
  readonly writes: readonly string[];
  /** What to type next, a command a line. */
  readonly next: readonly string[];
}

/** Directories of files without an environment that are shown; of the rest is said how many, and how to see them. */
const MOST = 20;

/** Says which environments and images were found, what could not be placed, and what is written. */
export function initReport({ layout, doubts, writes, next }: InitView): Report {
  const { environments, left, additions } = layout;
  const table: Block = {
    kind: 'table',
    head: ['environment', 'registry', 'images', 'pins', 'files'],
    rows: environments.map(({ name, registry, images, pins, files }) => [
      phrase(name),
      phrase(registry),
      phrase(String(images.size)),
      phrase(String(pins)),
      phrase(files.join(' '), 'quiet'),
    ]),
  };
  const directories = [...Map.groupBy(left, ({ file, reason }) => `${directoryOf(file)}: ${reason}`)];
  const shown = directories.slice(0, MOST);
  const more = directories.slice(MOST);
  const items = [
    ...doubts.map(text => [phrase('look at this:', 'wait'), phrase(text)]),
    ...[...additions].map(([file, entries]) => [
      phrase(file),
      phrase(`gets images: ${entries.map(({ repository }) => repository).join(', ')}`, 'good'),
      phrase('(the tags that its bases pin)', 'quiet'),
    ]),
    ...shown.map(([what, files]) => [
      phrase('left out:', 'wait'),
      phrase(what),
      phrase(`(${counted(files.length, 'file')})`, 'quiet'),
    ]),
    ...(more.length > 0 ? [[phrase('left out:', 'wait'), phrase(moreOf(more))]] : []),
    ...writes.map(file => [phrase('writes'), phrase(file)]),
    ...next.map(command => [phrase('next:'), phrase(command)]),
  ];
  const names = [...new Set(environments.flatMap(({ images }) => [...images.keys()]))].sort();
  return {
    blocks: [
      heading(
        phrase('found'),
        phrase(`${counted(environments.length, 'environment')}, ${counted(names.length, 'image')}`, 'good'),
      ),
      table,
      line(phrase(`images: ${names.join(', ')}`)),
      ...(items.length > 0 ? [{ kind: 'items', items } as const] : []),
    ],
    json: {
      environments: environments.map(({ images, guessed: _, ...rest }) => ({
        ...rest,
        images: [...images.keys()],
      })),
      additions: Object.fromEntries(additions),
      left,
      doubts,
      writes,
      next,
    } satisfies Json<typeof init>,
  };
}

function moreOf(directories: readonly (readonly [string, readonly unknown[]])[]): string {
  const files = directories.reduce((sum, [, left]) => sum + left.length, 0);
  const what = directories.length === 1 ? '1 more directory' : `${directories.length} more directories`;
  return `${what} (${counted(files, 'file')}); promote init --yes --format json lists every file as left`;
}

function counted(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}

function directoryOf(file: string): string {
  const end = file.lastIndexOf('/');
  return end < 0 ? '.' : file.slice(0, end);
}
