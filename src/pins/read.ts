import { PromoteError } from '../errors.ts';
import type { Around } from './around.ts';
import { isData } from './data/data.ts';
import type { FilePlace } from './file-place.ts';
import type { FileFormat } from './format.ts';
import { kustomizationRoot, withNewEntries } from './formats/kustomize-entries.ts';
import { DOCUMENT_FORMATS, fileFormat } from './formats.ts';
import type { Known } from './known.ts';
import { isProse } from './mentions/comments.ts';
import { couldContainPin, namesWhole } from './mentions/could-contain-pin.ts';
import type { PinPath } from './pin.ts';
import { placed } from './places/placed.ts';
import { findPlaces } from './places/places.ts';
import { mergeRules } from './rules/merge-rules.ts';
import { readRules } from './rules/read-rules.ts';
import { ignoreReason } from './site/ignored.ts';
import { type PinSite, type Site, scalarsOf } from './site/site.ts';
import { countLines } from './text/lines.ts';
import { parseFile } from './yaml/document.ts';
import { nestedRoots } from './yaml/nested.ts';
import { fileOffset, positionAt, type Spot, type YamlFile } from './yaml/source.ts';
import { roots, scalarsIn } from './yaml/spot.ts';
import type { YamlNode } from './yaml/tree.ts';

/** A file's text and every place in it that names an image. */
export interface FileReading {
  readonly file: string;
  readonly text: string;
  readonly sites: readonly Site[];
  /** The pins, with those that an alias gives a second place, and other readings of the same values. */
  readonly readings: readonly PinSite[];
  /** Absent where the text is not YAML, or did not have to be parsed. */
  readonly yaml?: YamlFile | undefined;
  /** The parts of the file that environments claim. */
  readonly places?: readonly FilePlace[] | undefined;
}

const CANDIDATE = /image|repository|\\/; // a backslash may escape a letter of either

/**
 * Every place in a file that names an image, with the reason if no edit may change it. A text that cannot
 * contain a pin is not parsed. Any other throws `INVALID` with file, line and column if it breaks its format
 * or its pins are ambiguous. `TOO_LARGE` over 5 MiB. `CONFIGURATION` for a malformed path of a rule.
 */
export function readFile(
  file: string,
  text: string,
  rules: readonly PinPath[] = [],
  around: Around = {},
): FileReading {
  const { known, places = [] } = around;
  if (known === undefined) return readAnew(file, text, rules, around);
  const key = JSON.stringify([file, rules, places, text]);
  const readings = READINGS.get(known) ?? new Map<string, FileReading>();
  READINGS.set(known, readings);
  const reading = readings.get(key) ?? readAnew(file, text, rules, around);
  if (readings.size >= MOST_READINGS) readings.clear();
  if (reading.readings.length > 0) readings.set(key, reading);
  return reading;
}

/** The last readings. Reading a file again for its edit and mentions costs more than the rest of a plan. */
const READINGS = new WeakMap<Known, Map<string, FileReading>>();
const MOST_READINGS = 64;

function readAnew(file: string, text: string, rules: readonly PinPath[], around: Around): FileReading {
  const { known } = around;
  const format = fileFormat(file);
  if (known !== undefined && isPointer(text) && (format !== undefined || DATA.test(file)))
    throw pointer(file);
  const isCandidate =
    WIDE.test(text) || (known?.mayNameOne(text) ?? (format !== undefined || CANDIDATE.test(text)));
  const mayHoldPin = (isCandidate && !isProse(file)) || around.entries !== undefined;
  if (rules.length === 0 && !mayHoldPin) return { file, text, sites: [], readings: [] };
  if (!text.isWellFormed()) return readUndecoded(file, text, { rules, format, known });
  try {
    const isYaml = mayHoldPin || rules.some(({ path }) => path !== undefined);
    return parse({ file, text, rules, format, isYaml, around });
  } catch (error) {
    if (!(error instanceof PromoteError) || rules.some(({ path }) => path !== undefined)) throw error;
    return readUnparsed(file, text, { rules, format, known, error });
  }
}

/** Handles a text that its format cannot read. Throws the format's error if the text could contain a pin. */
function readUnparsed(
  file: string,
  text: string,
  {
    rules,
    format,
    known,
    error,
  }: Pick<Parsing, 'rules' | 'format'> & Pick<Around, 'known'> & { readonly error: Error },
): FileReading {
  // A pattern works on a text without a format. Other images that such a file names are reported as mentions.
  if (rules.length > 0 && format === undefined) {
    const sites = readRules(file, text, rules);
    return { file, text, sites, readings: sites };
  }
  const isOfNone = known !== undefined && rules.length === 0 && hasNoPin(file, text, { format, known });
  if (isOfNone) return { file, text, sites: [], readings: [] };
  throw error;
}

/**
 * Whether a text that its format cannot read contains no pin of a known image. In a file that is not YAML,
 * such as a script, a whole reference is a mention.
 */
function hasNoPin(file: string, text: string, { format, known }: KnownFormat): boolean {
  const isText = format === undefined && !DATA.test(file) && namesWhole(file, text, known);
  return isText || !couldContainPin(file, text, known);
}

interface KnownFormat {
  readonly format: FileFormat | undefined;
  readonly known: Known;
}

/** Handles a text that is not UTF-8, which no edit can change. Throws `INVALID` if it could contain a pin. */
function readUndecoded(
  file: string,
  text: string,
  { rules, format, known }: Pick<Parsing, 'rules' | 'format'> & Pick<Around, 'known'>,
): FileReading {
  // UTF-16 has a zero beside each character that a reference is made of.
  const searched = WIDE.test(text) ? text.replaceAll('\0', '') : text;
  const isOfNone = known !== undefined && rules.length === 0 && hasNoPin(file, searched, { format, known });
  if (isOfNone) return { file, text, sites: [], readings: [] };
  throw new PromoteError('INVALID', `${file}: not UTF-8 text`, {
    hint: 'save the file as UTF-8, or leave it out of the environment’s `files`',
  });
}

const WIDE = /^\udcff\udcff/;

/** https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md#the-pointer */
function isPointer(text: string): boolean {
  return /^version https:\/\/git-lfs\.github\.com\/spec\/v1\r?\n/.test(text);
}

const DATA = /\.(?:ya?ml|json|toml|hcl|tf|tfvars)$/i;

function pointer(file: string): PromoteError {
  return new PromoteError(
    'INVALID',
    `${file}:1:1: a Git LFS pointer: the file's text is not in the repository`,
    {
      hint: 'take the file out of Git LFS, or leave it out of the environment’s `files`',
    },
  );
}

interface Parsing {
  readonly file: string;
  readonly text: string;
  readonly rules: readonly PinPath[];
  readonly format: FileFormat | undefined;
  readonly isYaml: boolean;
  readonly around: Around;
}

function parse({ file, text, rules, format, isYaml, around }: Parsing): FileReading {
  const yaml = format === undefined && !isData(file) && isYaml ? parseFile({ file, text }) : undefined;
  const found =
    format === undefined
      ? (yaml === undefined ? [] : roots(yaml)).flatMap(root => sitesIn(root, around))
      : format.sites({ file, text, lines: countLines(text) }, around);
  const ruled = readRules(file, text, rules, yaml);
  const named = found.filter(isPin);
  const readings = [...named, ...ruled];
  const own = format === undefined ? distinct(named) : named;
  const merged = mergeRules(own, distinct(ruled), around);
  const pins = format === undefined ? merged.toSorted((a, b) => startOf(a) - startOf(b)) : merged;
  const rows = text.split('\n');
  const places = findPlaces(file, text, around.places ?? [], yaml);
  const all = [...pins, ...found.filter(site => !isPin(site))].map(site => ignoring(site, rows));
  const root = around.entries && yaml && kustomizationRoot(roots(yaml));
  const sites = root === undefined ? all : withNewEntries(all, root, around.entries ?? []);
  return { file, text, sites: placed(sites, places), readings, yaml, places };
}

/** Whether an edit may change the site. */
export function isPin(site: Site): site is PinSite {
  return site.kind === 'pin';
}

/** The sites of a document, and of documents in its strings. Only known repositories count in the strings. */
function sitesIn(root: Spot, around: Around): readonly Site[] {
  const own = DOCUMENT_FORMATS.find(format => format.is(root))?.sites(root, around) ?? [];
  const { known } = around;
  if (known === undefined) return own;
  const holders = scalarsIn(root).filter(({ node }) => node.style !== 'plain' && known.mayNameOne(node.text));
  const nested = holders.flatMap(nestedRoots).flatMap(inner => sitesIn(inner, around));
  return [...own, ...nested.map(site => (isPin(site) ? { ...site, guessed: true as const } : site))];
}

/**
 * Leaves out a site if better sites have all of its scalars: an alias, or another reading of the same values.
 * A sure site is better than a guess, and an editable one is better than one that cannot be edited.
 */
function distinct(sites: readonly PinSite[]): readonly PinSite[] {
  const taken = new Set<YamlNode>();
  return sites
    .toSorted((a, b) => rank(a) - rank(b))
    .filter(site => {
      const nodes = scalarsOf(site).map(scalar => scalar.node);
      const isNew = nodes.some(node => !taken.has(node));
      for (const node of nodes) taken.add(node);
      return isNew;
    });
}

function rank({ guessed, refusal }: PinSite): number {
  return refusal !== undefined ? 2 : guessed ? 1 : 0;
}

function startOf(site: PinSite): number {
  return Math.min(...scalarsOf(site).map(({ source, node }) => fileOffset(source, node.start)));
}

function ignoring(site: Site, rows: readonly string[]): Site {
  if (site.kind === 'explained') return site;
  const { pin, parts, written } = site;
  const lines = parts.kind === 'text' ? parts.lines : [pin.line];
  const reason = lines.map(line => ignoreReason(rows, line)).find(found => found !== undefined);
  if (reason === undefined) return settled(site, rows);
  const { file, locator, line } = pin;
  return {
    kind: 'explained',
    file,
    locator,
    line,
    written,
    why: 'ignored',
    reason: reason || 'no reason given',
  };
}

/** A comment may ignore the tag or digest beside a pin that the format does not understand. */
function settled(site: PinSite, rows: readonly string[]): PinSite {
  const { refusal } = site;
  if (refusal === undefined) return site;
  const { line } = positionAt(refusal.at.source, refusal.at.node.start);
  return ignoreReason(rows, line) ? { ...site, refusal: undefined } : site;
}
