import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { repositoryPages, sitePages } from '../scripts/site/pages.ts';
import { SECTIONS, siteAddress, siteFile } from '../scripts/site/sections.ts';
import { slugOf } from '../scripts/site/slug.ts';
import { longSentences } from './sentences.ts';

const PAGES = repositoryPages(join(import.meta.dirname, '..'));
const GENERATED = [...PAGES].filter(([path]) => path.startsWith('docs/reference/'));

describe('the site', () => {
  it('lists every page in its sidebar once, and no page that is not there', () => {
    const listed = SECTIONS.flatMap(([, pages]) => pages.map(([, path]) => path));
    expect(listed.toSorted()).toEqual([...PAGES.keys()].toSorted());
  });

  it.each([
    ['a page', 'docs/gates/index.md', '[x](../pins.md#rules)', '[x](/pins#rules)'],
    ['the first page', 'docs/faq.md', '[x](../README.md)', '[x](/)'],
    ['a page of a folder', 'README.md', '[x](docs/gates/index.md)', '[x](/gates/)'],
    ['a file', 'docs/github.md', '[x](../templates/github)', '[x](https://forge/templates/github)'],
    ['another site', 'docs/github.md', '[x](https://example.com/a.md)', '[x](https://example.com/a.md)'],
  ])('links to %s', (_, path, text, rewritten) => {
    const pages = new Map([...PAGES, [path, text]]);
    expect(sitePages(pages, 'https://forge').get(siteFile(path))).toBe(rewritten);
  });

  it('leaves a link to a file out where no forge shows the file', () => {
    const pages = new Map([['docs/a.md', '[the action](../actions/gate/action.yml) runs']]);
    expect(sitePages(pages, undefined).get('a.md')).toBe('the action runs');
  });

  it('has one address for each page', () => {
    expect(new Set([...PAGES.keys()].map(siteAddress)).size).toBe(PAGES.size);
  });
});

it('the site makes the anchors that the pages link to', () => {
  const config = readFileSync(join(import.meta.dirname, '../site/.vitepress/config.ts'), 'utf8');
  expect(config).toContain('anchor: { slugify: slugOf }');
  expect(slugOf("Rules for a registry's own clean-up")).toBe('rules-for-a-registrys-own-clean-up');
});

describe('the reference', () => {
  it.each(GENERATED)('%s is short, and has one thought a sentence', (_, text) => {
    expect(text.split('\n').length).toBeLessThanOrEqual(200);
    const rows = [...text.matchAll(/^\|(.*)\|$/gm)].flatMap(([, row = '']) => row.split(/(?<!\\)\|/));
    expect(rows.flatMap(cell => longSentences(cell.trim()))).toEqual([]);
  });

  it('holds every option of every command, and no key that is refused', () => {
    const all = GENERATED.map(([, text]) => text).join('\n');
    for (const option of ['--allow-backward', '--plan-digest', '--pull-request', '--certificate-identity'])
      expect(all).toContain(option);
    expect(all).toContain('| `gates.approval.count` |');
    expect(all).toContain('| `gates.signature[].witness` |');
    expect(all).not.toContain('&lt;name=');
    expect(all).toContain('| `notifications[].url` |');
  });
});
