import { type Digest, shortDigest } from '../oci/digest.ts';
import type { Candidate } from '../plan/candidates.ts';
import type { ImageDetails } from './image-details.ts';
import { link, outside } from './pull-request-text.ts';

/** The rows of a Markdown table. `more` makes the row that counts the omitted ones. */
interface ImageTable {
  readonly header: readonly string[];
  readonly rows: readonly string[];
  readonly more: (count: number) => string;
}

/** The table of promoted images, for 900 pixels; empty without images. Columns without data are left out. */
export function imageTable(
  candidates: readonly Candidate[],
  details: ReadonlyMap<string, ImageDetails>,
): ImageTable {
  const columns = columnsFor(candidates, details);
  const header = [cellsRow(columns.map(({ name }) => name)), cellsRow(columns.map(() => '---'))];
  return {
    header: candidates.length === 0 ? [] : header,
    rows: candidates.map(candidate =>
      cellsRow(columns.map(({ of }) => of(candidate, details.get(candidate.image)))),
    ),
    more: count => cellsRow([`${count} more images`, ...columns.slice(1).map(() => '')]),
  };
}

interface Column {
  readonly name: string;
  readonly of: (candidate: Candidate, details: ImageDetails | undefined) => string;
}

/** Only a few narrow columns: a whole digest would push the others out of sight. */
const COLUMNS: readonly Column[] = [
  { name: 'image', of: ({ image }) => outside(image) },
  {
    name: 'from',
    of: ({ current }) => [...new Set(current.map(({ tag, digest }) => versionCell(tag, digest)))].join(', '),
  },
  { name: 'to', of: ({ source, digest }) => versionCell(source.tag, digest, '**') },
];

/** Columns that are left out if they have no data. */
const KNOWN: readonly Column[] = [
  { name: 'commits', of: (_, details) => commitsCell(details?.commits) },
  { name: 'built', of: (_, details) => outside(details?.created?.slice(0, 10) ?? '') },
];

function columnsFor(
  candidates: readonly Candidate[],
  details: ReadonlyMap<string, ImageDetails>,
): readonly Column[] {
  const isKnown = ({ of }: Column) =>
    candidates.some(candidate => of(candidate, details.get(candidate.image)) !== '');
  return [...COLUMNS, ...KNOWN.filter(isKnown)];
}

function cellsRow(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function commitsCell(commits: ImageDetails['commits']): string {
  const total = commits?.total === undefined ? undefined : `${commits.total}`;
  return commits?.url === undefined ? (total ?? '') : link(total ?? 'compare', commits.url);
}

/** The tag, and a short digest for comparison. */
function versionCell(tag: string | undefined, digest: Digest | undefined, mark = ''): string {
  const short = digest === undefined ? [] : [`\`${shortDigest(digest)}\``];
  const name = tag ?? (digest === undefined ? 'unpinned' : undefined);
  return [...(name === undefined ? [] : [`${mark}${outside(name)}${mark}`]), ...short].join(' ');
}
