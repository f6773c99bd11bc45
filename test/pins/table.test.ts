import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { DOCUMENT_FORMATS, FILE_FORMATS } from '../../src/pins/formats.ts';

it('the table of pins has a row for each format, and none besides', () => {
  const text = readFileSync(join(import.meta.dirname, '../../docs/pins.md'), 'utf8');
  // The first section; a later one has a table of its own.
  const [table = ''] = text.split('\n## ');
  const rows = [...table.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, name]) => name);
  const names = [...FILE_FORMATS, ...DOCUMENT_FORMATS].map(({ name }) => name);
  expect(rows.toSorted()).toEqual([...names, 'rule'].toSorted());
});
