import { expect, it } from 'vitest';
import { guarded } from '../../src/cli/guarded.ts';
import { showProgress } from '../../src/cli/progress.ts';
import { digestOf } from '../../src/oci/digest.ts';
import { parseRepositoryName } from '../../src/oci/reference.ts';

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
