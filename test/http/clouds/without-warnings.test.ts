import { expect, it } from 'vitest';
import { withoutWarnings } from '../../../src/http/clouds/without-warnings.ts';

it('keeps one kind of warning back while the work lasts, and no other', async () => {
  const before = process.emitWarning;
  const emitted: string[] = [];
  const list = (warning: string | Error) => void emitted.push(`${warning}`);
  process.emitWarning = list;
  try {
    let release = () => {};
    const slow = withoutWarnings('A', () => new Promise<void>(resolve => (release = resolve)));
    await withoutWarnings('A', async () => process.emitWarning('one', 'A'));
    process.emitWarning('two', 'A');
    process.emitWarning('three', 'B');
    process.emitWarning('four');
    release();
    await slow;
    expect(process.emitWarning).toBe(list);
    const failing = withoutWarnings('A', () => Promise.reject(new Error('no')));
    await expect(failing).rejects.toThrow('no');
    process.emitWarning('five', 'A');
    expect(emitted).toEqual(['three', 'four', 'five']);
  } finally {
    process.emitWarning = before;
  }
});
