import { createTwoFilesPatch } from 'diff';

/** The change of a file as Git prints it, with two lines of context. */
export function unifiedDiff(path: string, before: string, after: string): string {
  const patch = createTwoFilesPatch(`a/${path}`, `b/${path}`, before, after, undefined, undefined, {
    context: 2,
  });
  return patch.split('\n').slice(1).join('\n').trimEnd();
}
