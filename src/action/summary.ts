import { Buffer } from 'node:buffer';
import type { Report } from '../reports/document.ts';
import { render } from '../reports/render.ts';
import { addSummary } from './runner.ts';

/** Bytes: above 1 MiB GitHub shows nothing of a step's summary. */
const SUMMARY_LIMIT = 1_000_000;

/** Writes the report to the job's summary. */
export async function writeSummary(report: Report): Promise<void> {
  await addSummary(boundedMarkdown(report, SUMMARY_LIMIT));
}

/** The report in Markdown of at most `limit` bytes. It first loses its diffs, and then its last lines. */
export function boundedMarkdown(report: Report, limit: number): string {
  const whole = render(report, 'markdown', false);
  if (Buffer.byteLength(whole) <= limit) return whole;
  const blocks = report.blocks.filter(({ kind }) => kind !== 'diff');
  const lines = render({ ...report, blocks }, 'markdown', false).split('\n');
  const note = (count: number) =>
    `\nDiffs${count === 0 ? '' : ` and ${count} lines`} are left out here; the log has everything.\n`;
  let left = limit - Buffer.byteLength(note(lines.length));
  const cut = lines.findIndex(line => {
    left -= Buffer.byteLength(line) + 1;
    return left < 0;
  });
  const kept = cut < 0 ? lines : lines.slice(0, cut);
  return `${kept.join('\n')}\n${note(lines.length - kept.length)}`;
}
