const SOURCE = 'org.opencontainers.image.source';
const REVISION = 'org.opencontainers.image.revision';

/** Two revisions of the repository that two images were built from, and a page that compares them. */
export interface SourceRange {
  /** `https://host/path`. */
  readonly repository: string;
  readonly from: string;
  readonly to: string;
  readonly url: string;
}

type Annotations = Readonly<Record<string, string>>;

/**
 * The source revisions of two images, from their annotations. `undefined` if these name no common repository or no two
 * revisions. Annotations are untrusted: only addresses of forges and commits are used.
 * https://github.com/opencontainers/image-spec/blob/v1.1.1/annotations.md
 */
export function compareSources(before: Annotations, after: Annotations): SourceRange | undefined {
  const repository = sourceRepository(after);
  const [from = '', to = ''] = [before[REVISION], after[REVISION]];
  if (repository === undefined || sourceRepository(before) !== repository) return undefined;
  if (from === to || !isCommit(from) || !isCommit(to)) return undefined;
  const path = /^https:\/\/gitlab\./.test(repository) ? '-/compare' : 'compare';
  return { repository, from, to, url: `${repository}/${path}/${from}...${to}` };
}

/** The repository that an image says it was built from; builders append a revision and a directory behind `#`. */
export function sourceRepository(annotations: Annotations): string | undefined {
  const source = annotations[SOURCE] ?? '';
  return /^(https:\/\/[\w.-]+(?::\d+)?\/[\w./-]+?)(?:\.git)?\/?(?:#.*)?$/.exec(source)?.[1];
}

/** The repository at an address that people wrote, as images name theirs. */
export function repositoryAt(url: string): string | undefined {
  return sourceRepository({ [SOURCE]: url });
}

/** Whether a repository that an image names is the one at an address that the environments file names. */
export function isRepository(named: string, url: string | undefined): boolean {
  return url !== undefined && repositoryAt(url)?.toLowerCase() === named.toLowerCase();
}

function isCommit(text: string): boolean {
  return /^[0-9a-f]{7,64}$/.test(text);
}
