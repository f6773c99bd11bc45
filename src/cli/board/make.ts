import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { assertUnseen, readSite } from '../../commands/site.ts';
import type { Deployment } from '../../environments/environments.ts';
import { PromoteError, reasonOf, rethrowDefect, writeFailureCode } from '../../errors.ts';
import { ownRepository } from '../../forges/open.ts';
import { writeWholeFile } from '../../git/write-file.ts';
import type { Report } from '../../reports/document.ts';
import { pageHtml } from '../../reports/site/page.ts';
import { siteReport } from '../../reports/site/report.ts';
import { siteData } from '../../reports/site/site.ts';
import { withEffects } from '../effects.ts';
import { findCheckout } from '../environments-file.ts';
import type { Io } from '../io.ts';
import { promotionRequest } from '../request.ts';
import { pageParts } from './page-parts.ts';

/** Which environments file the board shows, how much of each history, and where the page is written. */
export interface BoardWish {
  readonly file: string;
  /** The directory that the page is written to; undefined: only this machine shows it. */
  readonly out?: string | undefined;
  readonly public: boolean;
  readonly verify: boolean;
  readonly limit: number;
}

/** The page's files by name, and the report of the run. */
export interface MadeBoard {
  readonly files: ReadonlyMap<string, string>;
  readonly report: Report;
  /** Whether everything could be read. */
  readonly isComplete: boolean;
}

const SCRIPT = 'board.js';
const STYLE = 'board.css';

/** Reads all environments and makes the page; throws `FORBIDDEN` if it shows what only some may see. */
export async function makeBoard(
  io: Io,
  { file, out, public: isPublic, verify, limit }: BoardWish,
): Promise<MadeBoard> {
  const site = await withEffects(io, file, async (effects, environments) => {
    if (out !== undefined && !isPublic) await assertUnseen(effects, environments, placesOf(io, out));
    const request = (name: string) => promotionRequest(io, name, { file, ...NOTHING_ELSE });
    return await readSite(effects, environments, { limit, isVerified: verify, request });
  });
  const data = siteData(site, isPublic);
  const { script, style } = await pageParts();
  const stamp = createHash('sha256').update(script).update(style).digest('hex').slice(0, 12);
  const redact = (text: string) => io.secrets?.redact(text) ?? text;
  const files = new Map([
    ['index.html', pageHtml(data, { script: SCRIPT, style: STYLE, stamp, redact })],
    [SCRIPT, script],
    [STYLE, style],
  ]);
  const failures = site.environments.flatMap(source => source.failures);
  const report = siteReport(data, { out, files: [...files.keys()] });
  return { files, report, isComplete: site.status.failures.length + failures.length === 0 };
}

/** The repositories that may publish the page: the pipeline's own, and the checkout that contains `out`. */
function placesOf({ cwd, env }: Io, out: string): readonly Deployment[] {
  const places = [ownRepository(env), findCheckout(resolve(cwd, out))];
  return places.flatMap(place => (place === undefined ? [] : [{ repository: place }]));
}

const NOTHING_ELSE = {
  format: 'text',
  image: [],
  allowDirect: false,
  allowBackward: false,
  approvedBy: [],
  exitCode: false,
} as const;

/** Writes the page into a directory, `index.html` after the files that it needs. No link is followed. */
export async function writeBoard(
  { cwd }: Pick<Io, 'cwd'>,
  out: string,
  files: MadeBoard['files'],
): Promise<void> {
  const directory = resolve(cwd, out);
  try {
    await makeDirectory(directory);
    for (const [name, text] of [...files].reverse()) await writeWholeFile(join(directory, name), text);
  } catch (cause) {
    rethrowDefect(cause);
    const why = reasonOf(cause);
    const hint = why.hint ?? 'name a directory that can be written';
    const message = `--out ${out}: cannot be written: ${why.text}`;
    throw new PromoteError(writeFailureCode(cause), message, { hint, cause });
  }
}

/** Makes a directory and its parents. Node's recursive `mkdir` never ends under `/proc`. */
async function makeDirectory(directory: string): Promise<void> {
  try {
    await mkdir(directory);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' && (await stat(directory)).isDirectory()) return;
    const parent = dirname(directory);
    if (code !== 'ENOENT' || existsSync(parent)) throw error;
    await makeDirectory(parent);
    await mkdir(directory);
  }
}
