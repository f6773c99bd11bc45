import { findKept } from '../commands/keep/keep.ts';
import { environmentNamed } from '../environments/locate.ts';
import { PromoteError } from '../errors.ts';
import { type Digest, isDigest } from '../oci/digest.ts';
import { CLEAN_UP_FORMATS, type CleanUpFormat } from '../reports/clean-ups/formats.ts';
import { cleanUpRules } from '../reports/clean-ups/rules.ts';
import { isAnswered, keepReport, neededOf } from '../reports/keep.ts';
import type { Format } from '../reports/render.ts';
import { withEffects } from './effects.ts';
import { EXIT } from './exit.ts';
import type { Io } from './io.ts';
import { print } from './print.ts';
import { readFromDisk } from './read-named.ts';

/** `promote keep [environment…]` */
export async function keep(
  io: Io,
  names: readonly string[],
  options: {
    readonly file: string;
    readonly format: Format | CleanUpFormat;
    readonly last: number;
    readonly olderThan?: number | undefined;
    readonly check: readonly string[];
  },
): Promise<number> {
  const { last, check, format, olderThan } = options;
  if (isCleanUp(format)) {
    if (check.length > 0) throw mismatch(`--check prints no rules: leave out --format ${format}`);
    return await printRules(io, names, { ...options, format });
  }
  if (olderThan !== undefined)
    throw mismatch(`--older-than is for rules: --format ${CLEAN_UP_FORMATS.join(', ')}`);
  const doomed = (await Promise.all(check.map(async entry => await digestsIn(io, entry)))).flat();
  return await withEffects(io, options.file, async (effects, environments) => {
    const kept = await findKept(effects, environments, { names, last });
    const isCheck = check.length > 0;
    print(io, keepReport(kept, isCheck ? doomed : undefined), format);
    if (isCheck && neededOf(kept, doomed).length > 0) return EXIT.closed;
    return isAnswered(kept) ? EXIT.done : EXIT.failed;
  });
}

async function printRules(
  io: Io,
  names: readonly string[],
  options: {
    readonly file: string;
    readonly format: CleanUpFormat;
    readonly last: number;
    readonly olderThan?: number | undefined;
  },
): Promise<number> {
  const { file, format, last, olderThan = 90 } = options;
  return await withEffects(io, file, async (effects, environments) => {
    // The rules need all environments, since another one may need an image of the same repository.
    for (const name of names) environmentNamed(environments, name);
    const kept = await findKept(effects, environments, { names: [], last, byTag: format !== 'ghcr' });
    const { text, notes, unsaid } = cleanUpRules({ kept, format, names }, olderThan);
    io.stdout.write(text);
    for (const note of notes) effects.log(note);
    for (const reason of unsaid) effects.log(`no rules for ${reason}`);
    return unsaid.length === 0 ? EXIT.done : EXIT.failed;
  });
}

function isCleanUp(format: Format | CleanUpFormat): format is CleanUpFormat {
  return CLEAN_UP_FORMATS.some(known => known === format);
}

function mismatch(reason: string): PromoteError {
  return new PromoteError('USAGE', `keep: ${reason}`);
}

/** Reads digests from a digest, an image by its digest, or a file with one of these on each line. */
async function digestsIn(io: Io, entry: string): Promise<readonly Digest[]> {
  const one = digestIn(entry);
  if (one !== undefined) return [one];
  const text = await readListed(io, entry);
  const lines = text.split('\n').map((line, at) => ({ line: line.trim(), number: at + 1 }));
  const read = lines.filter(({ line }) => line !== '' && !line.startsWith('#'));
  if (read.length === 0) throw unreadable(`${entry} names no digest`);
  return read.map(({ line, number }) => {
    const digest = digestIn(line);
    if (digest === undefined) throw unreadable(`${entry}:${number}: ${JSON.stringify(line)} is no digest`);
    return digest;
  });
}

async function readListed(io: Io, path: string): Promise<string> {
  try {
    return await readFromDisk(io.cwd)(path);
  } catch (error) {
    if (!(error instanceof PromoteError) || error.code !== 'NOT_FOUND') throw error;
    throw unreadable(`${JSON.stringify(path)} is no digest, and no such file is in ${io.cwd}`);
  }
}

function digestIn(text: string): Digest | undefined {
  const digest = text.slice(text.indexOf('@') + 1);
  return isDigest(digest) ? digest : undefined;
}

function unreadable(reason: string): PromoteError {
  return new PromoteError('USAGE', `keep --check: ${reason}`, {
    hint: 'name digests such as sha256:0123…, or a file with one on each line',
  });
}
