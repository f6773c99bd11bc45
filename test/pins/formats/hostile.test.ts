import { expect, it } from 'vitest';
import { findSites } from '../../../src/pins/find.ts';

const MANY = 300_000;
const range = (length: number, each: (index: number) => string) =>
  Array.from({ length }, (_, index) => each(index));

it.each([
  [
    'build arguments that double each other',
    'Dockerfile',
    `${range(60, index => `ARG A${index}=${index === 0 ? 'x' : `$A${index - 1}`.repeat(2)}`).join('\n')}\nFROM $A59\n`,
  ],
  [
    'variables that multiply each other',
    '.gitlab-ci.yml',
    `variables:\n  A0: x\n${range(6, index => `  A${index + 1}: "${`$A${index}`.repeat(500)}"\n`).join('')}t: { image: $A6 }\n`,
  ],
  [
    'jobs that extend all jobs before them',
    '.gitlab-ci.yml',
    `${range(60, index => `j${index}: { extends: [${range(index, base => `j${base}`)}] }`).join('\n')}\nt: { extends: j59, image: $X }\n`,
  ],
  ['a directive with spaces without end', 'Dockerfile', `# syntax=a/b:1${' '.repeat(MANY)}x\nFROM scratch\n`],
  [
    'heredocs without an end',
    'Dockerfile',
    `FROM a/b:1\nRUN ${range(30_000, index => `<<E${index}`).join(' ')}\n${'x\n'.repeat(MANY)}`,
  ],
] as const)('%s are read to the end', (_, file, text) => {
  expect(findSites(file, text).length).toBeGreaterThan(0);
});
