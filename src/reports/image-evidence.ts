import type { Candidate } from '../plan/candidates.ts';
import type { ImageDetails } from './image-details.ts';
import { packageLines } from './package-lines.ts';
import { fitRows, folded, link, more, outside } from './pull-request-text.ts';

type Details = ReadonlyMap<string, ImageDetails>;

/** The most lines of one release's notes. */
const MOST_LINES = 30;
const LONGEST_LINE = 200;

/** What is known of the images besides what the gates say of them: signatures, and packages by their SBOMs. */
export function evidenceLines(
  candidates: readonly Candidate[],
  details: Details,
  /** The images whose signatures a gate has judged. */
  judged: ReadonlySet<string>,
  budget: number,
): readonly string[] {
  const share = (budget * 2) / 3 / Math.max(1, candidates.length);
  const signatures = candidates.flatMap(({ image }) => {
    const isSigned = judged.has(image) ? undefined : details.get(image)?.isSigned;
    return isSigned === undefined ? [] : [`- ${outside(image)}: ${SIGNED[`${isSigned}`]}`];
  });
  const packages = candidates.flatMap(({ image }) => {
    const changes = details.get(image)?.packages;
    return changes === undefined ? [] : [packageLines(changes, share, `${outside(image)}: `).join('\n')];
  });
  const known = [
    ...fitRows(signatures, budget / 3, more('images')),
    ...fitRows(packages, (budget * 2) / 3, more('images')),
  ];
  return folded('Evidence', known);
}

const SIGNED = { true: 'signed; no gate asks by whom', false: 'not signed' } as const;

/** The notes of the versions' releases, folded. */
export function noteLines(
  candidates: readonly Candidate[],
  details: Details,
  budget: number,
): readonly string[] {
  const rows = candidates.flatMap(({ image, source }) => {
    const { notes } = details.get(image) ?? {};
    return notes === undefined ? [] : notesOf(`${image} ${source.tag ?? ''}`.trim(), notes);
  });
  return folded('Release notes', fitRows(rows, budget, more('lines')));
}

function notesOf(name: string, { url, text }: NonNullable<ImageDetails['notes']>): readonly string[] {
  // Headings and lists would break out of this list.
  const lines = text.split(/\r?\n/).flatMap(line => line.replace(/^[\s#>*+-]+/, '').trim() || []);
  const shown = lines.slice(0, MOST_LINES).map(line => `  - ${outside(line, LONGEST_LINE)}`);
  const rest = lines.length - shown.length;
  return [
    `- **${outside(name)}**${url === undefined ? '' : `, ${link('its release', url)}`}`,
    ...shown,
    ...(rest > 0 ? [`  - ${rest} more lines`] : []),
  ];
}
