import { describe, expect, it } from 'vitest';
import { boundedMarkdown } from '../../src/action/summary.ts';
import type { Block } from '../../src/reports/document.ts';
import { heading, line, phrase } from '../../src/reports/document.ts';

const title = heading(phrase('production'));
const diff: Block = { kind: 'diff', text: `+${'d'.repeat(500)}` };
const images: Block = {
  kind: 'items',
  items: Array.from({ length: 50 }, (_, index) => [phrase(`image ${index} é`)]),
};

describe("a job's summary", () => {
  it.each([
    { holds: 'everything', limit: 2000, last: 'image 49 é', hasDiff: true },
    { holds: 'no diff', limit: 1000, last: 'image 49 é', hasDiff: false },
    { holds: 'whole rows', limit: 300, last: 'image 5 é', hasDiff: false },
  ])('of at most $limit bytes holds $holds', ({ limit, last, hasDiff }) => {
    const text = boundedMarkdown({ blocks: [title, images, diff], json: {} }, limit);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(limit);
    expect(text.startsWith('### production\n')).toBe(true);
    expect(text).toContain(`- ${last}\n`);
    expect(text.includes('```diff')).toBe(hasDiff);
  });

  it('says how many rows are left out', () => {
    const text = boundedMarkdown({ blocks: [title, images, line(phrase('end'))], json: {} }, 300);
    const shown = [...text.matchAll(/^- image/gm)].length;
    const left = Number(/and (\d+) lines/.exec(text)?.[1]);
    expect(left).toBeGreaterThanOrEqual(50 - shown);
  });
});
