import { type Atom, type Count, isCommit, isDigits, readBranch, readBuild } from './tag-words.ts';

/** The parts after a tag's core version. */
export interface TagSuffix {
  /** In the order of the text. */
  readonly counts: readonly Count[];
  /** Bare numbers that count a packager's builds: `_9`, `-1123`, `-r14`. */
  readonly revision: readonly bigint[];
  /** The part without an order: `-alpine3.19`, `-slim-bookworm`. */
  readonly variant: string;
  /** The commit of its build: `ffa1b2c`. */
  readonly commit: string | undefined;
}

/** A part of a suffix, and its number of atoms. */
interface Part extends Partial<TagSuffix> {
  readonly length: number;
}

const READERS = [readDescribe, readCommit, readCount, readRevision, readMark] as const;

/** Reads the text after a core version; `undefined` if it has no separator and is no pre-release. */
export function readSuffix(text: string): TagSuffix | undefined {
  const atoms = atomsOf(text);
  if (atoms[0]?.separator === '' && readCount(atoms) === undefined) return undefined;
  const parts: Part[] = [];
  for (let index = 0; index < atoms.length; index += parts.at(-1)?.length ?? 1) {
    const rest = atoms.slice(index);
    const part = READERS.map(read => read(rest, index)).find(found => found !== undefined);
    parts.push(part ?? { length: 1, variant: written(rest[0]) });
  }
  return {
    counts: parts.flatMap(({ counts = [] }) => counts),
    revision: parts.flatMap(({ revision = [] }) => revision),
    variant: parts.map(({ variant = '' }) => variant).join(''),
    commit: parts.find(({ commit }) => commit !== undefined)?.commit,
  };
}

function atomsOf(text: string): readonly Atom[] {
  return [...text.matchAll(/([-._+]?)([^-._+]*)/g)]
    .map(([, separator = '', atom = '']) => ({ separator, text: atom }))
    .filter(atom => written(atom) !== '');
}

function written(atom: Atom | undefined): string {
  return atom === undefined ? '' : `${atom.separator}${atom.text}`;
}

/** `-9-gabc1234` of `git describe`. */
function readDescribe([first, second]: readonly Atom[]): Part | undefined {
  if (written(first).match(/^-\d+$/) === null || !/^-g[0-9a-f]{7,40}$/.test(written(second)))
    return undefined;
  const numbers = [BigInt(first?.text ?? 0)];
  return { length: 2, counts: [{ kind: 'describe', word: 'git describe', numbers }], commit: second?.text };
}

function readCommit([first, second]: readonly Atom[]): Part | undefined {
  const isNamed = /^(?:g|git|sha|commit)$/.test(first?.text ?? '');
  if (isNamed && /^[0-9a-f]{7,64}$/.test(second?.text ?? '')) return { length: 2, commit: second?.text };
  return first && isCommit(first) ? { length: 1, commit: first.text } : undefined;
}

function readCount(atoms: readonly Atom[]): Part | undefined {
  const read = readBuild(atoms) ?? readBranch(atoms);
  return read && { length: read.length, counts: [read.count] };
}

/** A build number directly after the version. */
function readRevision(atoms: readonly Atom[], index: number): Part | undefined {
  const [first] = atoms;
  if (index > 0 || first === undefined || first.separator === '.' || !isDigits(first)) return undefined;
  const end = atoms.findIndex((atom, at) => at > 0 && !(atom.separator === '.' && isDigits(atom)));
  const length = end < 0 ? atoms.length : end;
  if (atoms[length]?.separator === '.') return undefined;
  return { length, revision: atoms.slice(0, length).map(({ text }) => BigInt(text)) };
}

/** A packager's revision at the end of the tag: `-r14`, `-ls240`. */
function readMark([first, second]: readonly Atom[]): Part | undefined {
  const [, mark, digits] = /^-(r|ls)(\d+)$/.exec(written(first)) ?? [];
  if (mark === undefined || digits === undefined || second !== undefined) return undefined;
  return { length: 1, revision: [BigInt(digits)], variant: `-${mark}` };
}
