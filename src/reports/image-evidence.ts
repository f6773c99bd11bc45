import type { Candidate } from '../plan/candidates.ts';
import type { EnvironmentBefore, ImageDetails, Signers } from './image-details.ts';
import { packageLines } from './package-lines.ts';
import { fitRows, folded, link, more, outside } from './pull-request-text.ts';

type Details = ReadonlyMap<string, ImageDetails>;

/** The most lines of one release's notes. */
const MOST_LINES = 30;
const LONGEST_LINE = 200;

/** Facts about the images that no gate shows: signatures, the environment before, packages from SBOMs. */
export function evidenceLines(
  candidates: readonly Candidate[],
  details: Details,
  /** The images whose signatures a gate has judged. */
  judged: ReadonlySet<string>,
  budget: number,
): readonly string[] {
  const share = (budget * 2) / 3 / Math.max(1, candidates.length);
  const signatures = candidates.flatMap(({ image }) => {
    const { signers, before } = details.get(image) ?? {};
    const known = [
      ...(signers === undefined || judged.has(image) ? [] : [signersText(signers)]),
      ...(before === undefined ? [] : [beforeText(before)]),
    ];
    return known.length === 0 ? [] : [`- ${outside(image)}: ${known.join('; ')}`];
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

function signersText(signers: Signers): string {
  switch (signers.kind) {
    case 'ours':
      return `signed by ${outside(signers.by)}, which \`signing\` names`;
    case 'claimed': {
      const names = signers.by.map(name => outside(name)).join(', ');
      return `carries a signature${names && ` that says it is by ${names}`}; nobody has verified it`;
    }
    case 'none':
      return 'not signed';
  }
}

function beforeText({ environment, since, shownBy }: EnvironmentBefore): string {
  const time = `${since.toISOString().slice(0, '2026-12-20T00:00'.length).replace('T', ' ')} UTC`;
  const name = outside(environment);
  return shownBy === 'commit'
    ? `pinned in ${name} by a commit of ${time}`
    : `promoted to ${name} on ${time}, by its record`;
}

/** The release notes of the versions, in a folded section. */
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
  // Headings and lists would end this list.
  const lines = text.split(/\r?\n/).flatMap(line => line.replace(/^[\s#>*+-]+/, '').trim() || []);
  const shown = lines.slice(0, MOST_LINES).map(line => `  - ${outside(line, LONGEST_LINE)}`);
  const rest = lines.length - shown.length;
  return [
    `- **${outside(name)}**${url === undefined ? '' : `, ${link('its release', url)}`}`,
    ...shown,
    ...(rest > 0 ? [`  - ${rest} more lines`] : []),
  ];
}
