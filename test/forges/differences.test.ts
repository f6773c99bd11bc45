import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { DIFFERENCES, printDifferences } from './differences.ts';

it('docs print the table of what differs between forges', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/forgejo.md'), 'utf8');
  expect(page).toContain(`\n${printDifferences()}\n`);
});

it.each(DIFFERENCES)('$what: a test shows it', ({ shownBy: [file, title] }) => {
  expect(readFileSync(join(import.meta.dirname, file), 'utf8')).toContain(title);
});
