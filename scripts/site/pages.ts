import { globSync, readFileSync } from 'node:fs';
import { join, normalize } from 'node:path/posix';
import { referencePages } from './reference.ts';
import { siteAddress, siteFile } from './sections.ts';

/** Pages of the repository that are for those who work on it. */
const INTERNAL: readonly string[] = ['CONTRIBUTING.md', 'CODE_OF_CONDUCT.md'];

/** Every page that the site has, by its path in the repository; those of `docs/reference/` are generated. */
export function repositoryPages(root: string): ReadonlyMap<string, string> {
  const written = [...globSync('*.md', { cwd: root }), ...globSync('docs/**/*.md', { cwd: root })]
    .filter(path => !INTERNAL.includes(path) && !path.startsWith('docs/reference/'))
    .map(path => [path, readFileSync(join(root, path), 'utf8')] as const);
  return new Map([
    ...written,
    ...[...referencePages()].map(([name, text]) => [`docs/reference/${name}`, text] as const),
  ]);
}

/**
 * The files of the site. Links between pages become the site's own, and links to other files of the repository lead to
 * `source`, the address of its files on the forge; without one they are plain text.
 */
export function sitePages(
  pages: ReadonlyMap<string, string>,
  source: string | undefined,
): ReadonlyMap<string, string> {
  return new Map([...pages].map(([path, text]) => [siteFile(path), rewriteLinks(path, text)]));

  function rewriteLinks(path: string, text: string): string {
    return text.replaceAll(
      /\[([^\]]*)\]\((?![a-z]+:|#)([^)#]+)(#[^)]*)?\)/g,
      (_, label, link, heading = '') => {
        const file = normalize(join(path, '..', link));
        if (pages.has(file)) return `[${label}](${siteAddress(file)}${heading})`;
        return source === undefined ? label : `[${label}](${source}/${file})`;
      },
    );
  }
}
