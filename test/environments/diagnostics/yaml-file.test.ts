import { describe, expect, it } from 'vitest';
import { readYaml } from '../../../src/environments/diagnostics/yaml-file.ts';
import { countSteps } from '../../count-steps.ts';
import { fileWith, marked, problemsOf } from '../problems.ts';

describe('YAML', () => {
  it.each([
    ['broken indentation', 'a:\n  - b: 1\n c: 2\n', 3],
    ['an unclosed quote', 'a: "b\n', 2],
    ['tabs as indentation', 'a:\n\tb: 1\n', 2],
    ['a second document', 'a: 1\n---\nb: 2\n', 2],
    ['keys that are not text', '? [a]\n: 1\n', 1],
    ['an alias without an anchor', 'a: *b\nb: &b 1\n', 1],
    ['another version', '%YAML 1.1\n---\na: yes\n', 1],
    ['deep nesting', '['.repeat(20_000), 1],
  ])('is refused for %s', (_, text, line) => {
    expect(problemsOf(text)[0]).toMatchObject({ line });
  });

  it.each([
    ['a key given twice', { more: 'version: 1' }, 'version'],
    ['an unknown tag', { dev: 'commit: !fast direct' }, '!fast'],
    ['a prototype', { images: '{ api: {}, __proto__: {} }' }, '__proto__'],
  ])('is refused for %s, beside what else is wrong', (_, parts, under) => {
    expect(problemsOf(`${fileWith(parts)}\nunknown: 1\n`).map(marked)).toEqual(
      expect.arrayContaining([under, 'unknown']),
    );
  });

  it('is read as version 1.2 has it', () => {
    const { value } = readYaml('a: no\nb: 012\nc: 2026-12-31\n1: x\n', 'file');
    expect(value).toEqual({ a: 'no', b: 12, c: '2026-12-31', 1: 'x' });
  });

  it('is bounded in size', () => {
    expect(() => readYaml(`# ${'é'.repeat(512 * 1024)}`, 'file')).toThrow(
      expect.objectContaining({ code: 'TOO_LARGE' }),
    );
  });

  it('is bounded in what aliases expand to', () => {
    const levels = Array.from({ length: 9 }, (_, n) => `l${n + 1}: &l${n + 1} [${`*l${n},`.repeat(9)}]`);
    expect(() => readYaml(['l0: &l0 [x]', ...levels].join('\n'), 'file')).toThrow(
      expect.objectContaining({ code: 'TOO_LARGE' }),
    );
  });

  it.each([
    ['lists', '['.repeat(20_000)],
    ['closed lists', `${'['.repeat(5_000)}${']'.repeat(5_000)}`],
    ['maps in braces', `${'{a: '.repeat(3_000)}1${'}'.repeat(3_000)}`],
    ['indented maps', Array.from({ length: 1_300 }, (_, n) => `${' '.repeat(n)}a:`).join('\n')],
    ['what the parser can still read', `${'['.repeat(300)}${']'.repeat(300)}`],
  ])('says of %s that they are nested too deeply, and nothing of the engine', (_, text) => {
    const messages = problemsOf(text).map(({ message }) => message);
    expect(messages).toEqual(['nested too deeply: at most 100 levels are read']);
  });

  it('survives an alias within its own anchor', () => {
    expect(problemsOf('version: &v [*v]\n').length).toBeGreaterThan(0);
  });

  it('takes a key given very often', () => {
    expect(readYaml('a: 1\n'.repeat(200_000), 'file').problems).toHaveLength(199_999);
  });

  it('reads a wide map in steps that grow as it does', () => {
    const wide = (length: number) => Array.from({ length }, (_, n) => `k${n}: ${n}`).join('\n');
    const steps = (length: number) => countSteps(() => readYaml(wide(length), 'file'));
    readYaml(wide(1_000), 'file');
    expect(steps(4_000)).toBeLessThan(8 * steps(1_000));
  });

  it('never shows credentials, neither in the excerpt nor in the message', () => {
    const text = fileWith({
      images: '{ api: { source: "https://user:hunter2@ghcr.io/acme" } }',
      dev: `commit: "https://hunter2${'x'.repeat(100)}@a.io"`,
      prod: 'signing: { key: "-----BEGIN PRIVATE KEY-----\\nhunter2" }',
      more: 'deployments: { repository: "https://x:hunter2@github.com/a" }\nhunter: { url: "https://hunter2@a.io" }',
    });
    const problems = problemsOf(text);
    expect(problems).toHaveLength(5);
    expect(JSON.stringify(problems)).not.toContain('hunter2');
  });
});
