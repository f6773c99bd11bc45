import type { FoundEnvironment, Layout } from '../plan/init/layout.ts';
import type { Met } from '../plan/init/met.ts';
import { counted } from './counts.ts';
import { type Block, heading, type Phrase, phrase, type Report } from './document.ts';
import type { init } from './schemas/changes.ts';
import type { Json } from './schemas/parts.ts';

/** The findings of `promote init`, and the next commands. */
export interface InitView {
  readonly layout: Layout;
  /** Objects of other tools in the repository. */
  readonly met: readonly Met[];
  /** Points that a person should check first. */
  readonly doubts: readonly string[];
  /** Files that are written, or would be. */
  readonly writes: readonly string[];
  /** The next commands, one on each line. */
  readonly next: readonly string[];
}

/** The most listed directories without an environment, and other tools' objects; the rest is counted. */
const MOST = 20;

/** Reports the environments and images found, the files without an environment, and the written files. */
export function initReport({ layout, met, doubts, writes, next }: InitView): Report {
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
  const items = [
    ...doubts.map(text => [phrase('look at this:', 'wait'), phrase(text)]),
    ...additionItems(additions),
    ...metItems(met),
    ...leftItems(left),
    ...writes.map(file => [phrase('writes'), phrase(file)]),
    ...next.map(command => [phrase('next:'), phrase(command)]),
  ];
  const names = [...new Set(environments.flatMap(({ images }) => [...images.keys()]))].sort();
  const images: Block = {
    kind: 'table',
    head: ['image', ...environments.map(({ name }) => name)],
    rows: names.map(name => [
      phrase(name),
      ...environments.map(({ tags }) =>
        phrase(tags.get(name)?.join(' ') || (tags.has(name) ? 'no tag' : '-')),
      ),
    ]),
  };
  return {
    blocks: [
      heading(
        phrase('found'),
        phrase(`${counted(environments.length, 'environment')}, ${counted(names.length, 'image')}`, 'good'),
      ),
      table,
      images,
      ...(items.length > 0 ? [{ kind: 'items', items } as const] : []),
    ],
    json: {
      environments: environments.map(environmentJson),
      additions: Object.fromEntries(additions),
      left,
      met,
      doubts,
      writes,
      next,
    } satisfies Json<typeof init>,
  };
}

/** An environment that was found, for programs. */
export function environmentJson({ name, registry, files, images, tags, pins }: FoundEnvironment) {
  return { name, registry, files, images: [...images.keys()], tags: Object.fromEntries(tags), pins };
}

/** The entries to add to each kustomization. */
export function additionItems(additions: Layout['additions']): readonly (readonly Phrase[])[] {
  return [...additions].map(([file, entries]) => [
    phrase(file),
    phrase(`gets images: ${entries.map(({ repository }) => repository).join(', ')}`, 'good'),
    phrase('(the tags that its bases pin)', 'quiet'),
  ]);
}

/** Objects of other tools, with what does the same in promote, if anything. */
export function metItems(met: readonly Met[]): readonly (readonly Phrase[])[] {
  const more = met.length - MOST;
  return [
    ...met
      .slice(0, MOST)
      .map(({ file, object, here, hasEqual }) => [
        hasEqual ? phrase('here:', 'good') : phrase('no equal:', 'wait'),
        phrase(`${object}: ${here}`),
        phrase(`(${file})`, 'quiet'),
      ]),
    ...(more > 0
      ? [[phrase(`${more} more of other tools; promote init --yes --format json lists them as met`, 'quiet')]]
      : []),
  ];
}

/** Files without an environment, by directory. Directories over the limit are counted. */
export function leftItems(left: Layout['left']): readonly (readonly Phrase[])[] {
  const directories = [...Map.groupBy(left, ({ file, reason }) => `${directoryOf(file)}: ${reason}`)];
  const more = directories.slice(MOST);
  return [
    ...directories
      .slice(0, MOST)
      .map(([what, files]) => [
        phrase('left out:', 'wait'),
        phrase(what),
        phrase(`(${counted(files.length, 'file')})`, 'quiet'),
      ]),
    ...(more.length > 0 ? [[phrase('left out:', 'wait'), phrase(moreOf(more))]] : []),
  ];
}

function moreOf(directories: readonly (readonly [string, readonly unknown[]])[]): string {
  const files = directories.reduce((sum, [, left]) => sum + left.length, 0);
  const what = counted(directories.length, 'more directory');
  return `${what} (${counted(files, 'file')}); promote init --yes --format json lists every file as left`;
}

function directoryOf(file: string): string {
  const end = file.lastIndexOf('/');
  return end < 0 ? '.' : file.slice(0, end);
}
