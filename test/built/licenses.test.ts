import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { inputsOf } from '../../scripts/bundle.ts';
import { bundled } from './bundled.ts';

const ROOT = join(import.meta.dirname, '../..');

/** What each of the licences that we may bundle says somewhere; a name alone says none of it. */
const GRANT =
  /Permission is hereby granted|Permission to use, copy, modify|Redistribution and use in source|TERMS AND CONDITIONS FOR USE, REPRODUCTION|as much permission to work with\s+this software|Mozilla Public License Version 2\.0/;

it('names every package that is bundled, with the text of its licence', async () => {
  const { metafile, files } = await bundled();
  const inputs = inputsOf(metafile);
  const packages = new Set(inputs.flatMap(path => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? []));
  expect(packages.size).toBeGreaterThan(30);
  const sections = Buffer.from(files.get('LICENSES.txt') ?? '')
    .toString()
    .split(`${'-'.repeat(72)}\n`)
    .map(section => section.trim());
  for (const directory of packages) {
    const { name, version } = JSON.parse(await readFile(join(ROOT, directory, 'package.json'), 'utf8'));
    const section = sections.find(text => text.startsWith(`${name} ${version} (`)) ?? '';
    expect([directory, GRANT.test(section)]).toEqual([directory, true]);
    if (section.includes('(MPL-2.0)')) expect(section).toMatch(/^Its source is at https:\/\/\S+$/m);
  }
  expect(sections.length).toBe(packages.size);
});
