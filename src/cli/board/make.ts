import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { assertUnseen, readSite } from '../../apply/site.ts';
import { PromoteError, reasonOf, rethrowDefect } from '../../errors.ts';
import type { Report } from '../../reports/document.ts';
import { pageHtml } from '../../reports/site/page.ts';
import { siteReport } from '../../reports/site/report.ts';
import { siteData } from '../../reports/site/site.ts';
import { withEffects } from '../effects.ts';
import type { Io } from '../io.ts';
import { promotionRequest } from '../request.ts';
import { pageParts } from './page-parts.ts';

/** What the page shows, and whether it is written where others may find it. */
export interface BoardWish {
  readonly file: string;
  /** The directory; undefined: it is shown on this machine alone. */
  readonly out?: string | undefined;
  readonly public: boolean;
  readonly verify: boolean;
  readonly limit: number;
}

/** The page, its files by name, and what is told of it. */
export interface MadeBoard {
  readonly files: ReadonlyMap<string, string>;
  readonly report: Report;
  /** Whether all was read. */
  readonly isComplete: boolean;
}

const SCRIPT = 'board.js';
const STYLE = 'board.css';

/** Reads all environments and makes the page; throws `FORBIDDEN` where it would show more than everybody may see. */
export async function makeBoard(
  io: Io,
  { file, out, public: isPublic, verify, limit }: BoardWish,
): Promise<MadeBoard> {
  const site = await withEffects(io, file, async (effects, environments) => {
    if (out !== undefined && !isPublic) await assertUnseen(effects, environments);
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

const NOTHING_ELSE = {
  format: 'text',
  image: [],
  allowDirect: false,
  allowBackward: false,
  approvedBy: [],
  exitCode: false,
} as const;

/** Writes the page into a directory; it comes last, so that no reader meets one without its files. */
export async function writeBoard(
  { cwd }: Pick<Io, 'cwd'>,
  out: string,
  files: MadeBoard['files'],
): Promise<void> {
  const directory = resolve(cwd, out);
  try {
    await mkdir(directory, { recursive: true });
    for (const [name, text] of [...files].reverse()) await writeFile(join(directory, name), text);
  } catch (cause) {
    rethrowDefect(cause);
    const why = reasonOf(cause);
    const hint = why.hint ?? 'name a directory that can be written';
    throw new PromoteError('USAGE', `--out ${out}: cannot be written: ${why.text}`, { hint, cause });
  }
}
