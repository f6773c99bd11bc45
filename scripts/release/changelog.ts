/** What a release's changes begin with, by the first word of a commit's subject. */
const KINDS: Readonly<Record<string, RegExp>> = {
  Added: /^(?:add|build|give|let|read|show|tell|write)\b/i,
  Fixed: /^(?:correct|fix|mend|repair)\b/i,
  Removed: /^(?:delete|drop|remove)\b/i,
};

/**
 * The changelog with a section for a version, as https://keepachangelog.com/en/1.1.0/ has it: what people wrote under
 * "Unreleased", else the subjects of the commits. Throws where the version is there already.
 */
export function released(
  changelog: string,
  version: string,
  date: string,
  subjects: readonly string[],
): string {
  if (changelog.includes(`\n## [${version}]`)) throw new Error(`CHANGELOG.md has ${version} already`);
  const [, head = '', written = '', rest = ''] =
    /^([\s\S]*?\n)## \[Unreleased\]\n([\s\S]*?)(?=\n## \[|$)([\s\S]*)$/.exec(changelog) ?? [];
  if (head === '') throw new Error('CHANGELOG.md has no section [Unreleased]');
  const body = written.trim() === '' ? fromCommits(subjects) : written.trim();
  return `${head}## [Unreleased]\n\n## [${version}] - ${date}\n\n${body}\n${rest}`;
}

/** The section of a version, for the notes of its release. */
export function notesOf(changelog: string, version: string): string {
  const start = changelog.indexOf(`\n## [${version}]`);
  if (start < 0) throw new Error(`CHANGELOG.md does not have ${version}`);
  const text = changelog.slice(changelog.indexOf('\n', start + 1));
  const end = text.indexOf('\n## [');
  return `${(end < 0 ? text : text.slice(0, end)).trim()}\n`;
}

function fromCommits(subjects: readonly string[]): string {
  const kept = subjects.filter(subject => !/^(?:Merge|Release|Lint)\b/.test(subject));
  const kindOf = (subject: string) =>
    Object.keys(KINDS).find(kind => KINDS[kind]?.test(subject)) ?? 'Changed';
  const kinds = Map.groupBy(kept, kindOf);
  return ['Added', 'Changed', 'Fixed', 'Removed']
    .flatMap(kind => {
      const lines = kinds.get(kind)?.map(subject => `- ${subject}`) ?? [];
      return lines.length === 0 ? [] : [`### ${kind}\n\n${lines.join('\n')}`];
    })
    .join('\n\n');
}
