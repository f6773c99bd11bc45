import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { repositoryPages, sitePages } from './site/pages.ts';

/** Gathers the pages of the site in `site/pages`, from which VitePress builds it. */
const root = join(import.meta.dirname, '..');
const { GITHUB_REPOSITORY, GITHUB_SERVER_URL = 'https://github.com' } = process.env;
const source =
  GITHUB_REPOSITORY === undefined ? undefined : `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/blob/main`;

rmSync(join(root, 'site/pages'), { recursive: true, force: true });
for (const [path, text] of sitePages(repositoryPages(root), source)) {
  const file = join(root, 'site/pages', path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
