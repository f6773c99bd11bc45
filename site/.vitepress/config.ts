import process from 'node:process';
import { defineConfig } from 'vitepress';
import { SECTIONS, siteAddress } from '../../scripts/site/sections.ts';
import { slugOf } from '../../scripts/site/slug.ts';

const { GITHUB_REPOSITORY, GITHUB_SERVER_URL = 'https://github.com', DOCS_BASE = '/' } = process.env;

export default defineConfig({
  title: 'promote',
  description: 'GitOps promotion without a controller',
  base: DOCS_BASE,
  // `scripts/site.ts` gathers the pages there.
  srcDir: 'pages',
  cleanUrls: true,
  markdown: { anchor: { slugify: slugOf } },
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    sidebar: SECTIONS.map(([text, pages]) => ({
      text,
      items: pages.map(([title, path]) => ({ text: title, link: siteAddress(path) })),
    })),
    socialLinks:
      GITHUB_REPOSITORY === undefined
        ? []
        : [{ icon: 'github', link: `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}` }],
  },
});
