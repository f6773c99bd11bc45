/**
 * A word after a version, with the numbers that count its builds. `pre-release`: a release is newer. `build`:
 * a build of the version itself. `branch`: a build of that branch. `describe`: commits since the version, as
 * Git counts.
 */
export interface Count {
  readonly kind: 'pre-release' | 'build' | 'branch' | 'describe';
  readonly word: string;
  readonly numbers: readonly bigint[];
}
/** A piece of a tag and the separator before it. It is empty if the piece directly follows the version. */
export interface Atom {
  readonly separator: string;
  readonly text: string;
}

interface Read {
  readonly length: number;
  readonly count: Count;
}

/** Words of pre-releases, each with the word that is compared. */
const PRE_RELEASES = new Map([
  ...'alpha beta rc pre dev m ea snapshot nightly canary next edge unstable insiders experimental'
    .split(' ')
    .map(word => [word, word] as const),
  ['cr', 'rc'],
  ['preview', 'pre'],
  ['prerelease', 'pre'],
  ['milestone', 'm'],
]);
/**
 * Python's letters after a version: `3.13.0b2`.
 * https://packaging.python.org/en/latest/specifications/version-specifiers/
 */
const GLUED = new Map([...PRE_RELEASES, ['a', 'alpha'], ['b', 'beta'], ['c', 'rc']]);
const BUILDS = new Map([
  ['b', 'b'],
  ['build', 'build'],
]);
/** Letters that mean a pre-release only if a number follows. */
const NEEDS_NUMBER: readonly string[] = ['a', 'b', 'c', 'm'];
const LASTING_BRANCHES: readonly string[] = ['main', 'master', 'trunk', 'develop', 'development'];
const TOPIC_BRANCHES: readonly string[] = ['feature', 'feat', 'fix', 'bugfix', 'hotfix', 'release', 'branch'];

/** A word that counts builds of the version, and its numbers: `rc1`, `-beta.4`, `-b9`. */
export function readBuild(atoms: readonly Atom[]): Read | undefined {
  const read = readWord(atoms[0]);
  if (read === undefined) return undefined;
  const early = (atoms[0]?.separator === '' ? GLUED : PRE_RELEASES).get(read.word);
  const word = early ?? (atoms[0]?.separator === '' ? undefined : BUILDS.get(read.word));
  const { numbers, length } = withNumbers(atoms, read.numbers);
  if (word === undefined || (numbers.length === 0 && NEEDS_NUMBER.includes(read.word))) return undefined;
  return { length, count: { kind: early === undefined ? 'build' : 'pre-release', word, numbers } };
}

/** A branch and the numbers that count its builds: `-main.9`, `-feature-login.10`, `-hotfix1`. */
export function readBranch(atoms: readonly Atom[]): Read | undefined {
  const [first] = atoms;
  const read = readWord(first);
  if (read === undefined || first?.separator === '') return undefined;
  const isTopic = TOPIC_BRANCHES.includes(read.word);
  if (!isTopic && !LASTING_BRANCHES.includes(read.word)) return undefined;
  const nameEnd = isTopic && read.numbers.length === 0 ? endOfName(atoms) : 1;
  const name = atoms.slice(1, nameEnd).map(({ separator, text }) => `${separator}${text}`);
  const { numbers, length } = withNumbers(atoms, read.numbers, nameEnd);
  return { length, count: { kind: 'branch', word: [read.word, ...name].join(''), numbers } };
}

/** Whether the atom is the start of a commit's id. Digits alone count only after `g` or `sha`. */
export function isCommit({ text }: Atom): boolean {
  return /^(?:(?:g|sha)[0-9a-f]{7,64}|(?=.*[a-f])[0-9a-f]{7,64})$/.test(text);
}

/** Whether the atom is a number. */
export function isDigits({ text }: Atom): boolean {
  return /^\d+$/.test(text);
}

function readWord(atom: Atom | undefined) {
  const [, word, digits = ''] = /^([A-Za-z]+)(\d*)$/.exec(atom?.text ?? '') ?? [];
  if (word === undefined) return undefined;
  return { word: word.toLowerCase(), numbers: digits === '' ? [] : [BigInt(digits)] };
}

/** The given numbers and those of the following atoms, and the number of atoms used. */
function withNumbers(atoms: readonly Atom[], own: readonly bigint[], from = 1) {
  const end = atoms.findIndex((atom, index) => index >= from && !isNext(atom));
  const length = Math.max(from, end < 0 ? atoms.length : end);
  return { numbers: [...own, ...atoms.slice(from, length).map(({ text }) => BigInt(text))], length };
}

function isNext(atom: Atom): boolean {
  return /[-.]/.test(atom.separator) && isDigits(atom);
}

/** The end of a topic's name: before a commit, or before a number after a dot: `feature-123-login.9`. */
function endOfName(atoms: readonly Atom[]): number {
  const [, second, third] = atoms;
  if (second && isNext(second) && !(third?.separator === '.' && isDigits(third))) return 1;
  const end = atoms.findIndex(
    (atom, index) => index > 0 && (isCommit(atom) || (atom.separator === '.' && isDigits(atom))),
  );
  return end < 0 ? atoms.length : end;
}
