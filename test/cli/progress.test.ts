import { expect, it, onTestFinished, vi } from 'vitest';
import { guarded } from '../../src/cli/guarded.ts';
import { showProgress } from '../../src/cli/progress.ts';
import { digestOf } from '../../src/oci/digest.ts';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import type { ProgressEvent } from '../../src/registry/progress.ts';

const target = parseRepositoryName('a.io/prod/marked-password');
const digest = digestOf('x');

/** What is printed of one copy to a repository whose name is somebody's secret. */
async function printed(isTTY: boolean): Promise<string> {
  const written: string[] = [];
  const sink = { isTTY, write: (text: string) => written.push(text) };
  const signal = new AbortController().signal;
  const { stderr } = guarded({
    cwd: '/',
    env: { SOME_PASSWORD: 'marked-password' },
    stdout: sink,
    stderr: sink,
    signal,
  });
  const show = await showProgress(stderr, () => 0);
  show({ kind: 'image-started', source: target, target, digest });
  show({ kind: 'blob-expected', target, digest, size: 2000 });
  show({ kind: 'bytes', target, digest, count: 2000 });
  show({ kind: 'image-done', target, digest });
  return written.join('');
}

it.each([
  ['the bar of a terminal', true, '2 kB | 0/1 images'],
  ['the lines of a log', false, 'copied to a.io/prod/***: 2 kB so far, 1/1 images'],
])('%s is drawn where everything else is printed, and holds no secret', async (_, isTTY, expected) => {
  expect(await printed(isTTY)).toContain(expected);
  expect(await printed(isTTY)).not.toContain('marked-');
});

/** How full the bar is after each event, in parts of 40. */
async function drawn(events: readonly ProgressEvent[]): Promise<readonly number[]> {
  const written: string[] = [];
  const sink = { isTTY: true, write: (text: string) => written.push(text) };
  let time = 0;
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  const show = await showProgress(sink, () => 0);
  for (const event of events) {
    time += 1000;
    vi.setSystemTime(time);
    show(event);
  }
  return [...written.join('').matchAll(/copying (=*)-* /g)].map(([, full = '']) => full.length);
}

const part = (size: number) => ({ target, digest, size });

it('has a label, and does not go back where more is found', async () => {
  const widths = await drawn([
    { kind: 'image-started', source: target, target, digest },
    { kind: 'blob-expected', ...part(1_000_000) },
    { kind: 'bytes', target, digest, count: 500_000 },
    { kind: 'blob-expected', ...part(3_000_000) },
    { kind: 'bytes', target, digest, count: 500_000 },
    { kind: 'bytes', target, digest, count: 2_000_000 },
  ]);
  expect(widths.length).toBeGreaterThan(2);
  expect(widths).toEqual(widths.toSorted((a, b) => a - b));
  expect([widths[0], widths.at(-1)]).toEqual([20, 30]);
});

it('is full at the end, though much of an image was there already', async () => {
  const widths = await drawn([
    { kind: 'image-started', source: target, target, digest },
    { kind: 'blob-expected', ...part(1000) },
    { kind: 'blob-expected', ...part(9000) },
    { kind: 'blob-done', ...part(9000), how: 'mounted' },
    { kind: 'bytes', target, digest, count: 1000 },
    { kind: 'image-done', target, digest },
  ]);
  expect(widths.at(-1)).toBe(40);
});
