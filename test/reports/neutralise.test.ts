import { describe, expect, it } from 'vitest';
import { neutralise } from '../../src/reports/neutralise.ts';

describe('neutralise', () => {
  it.each([
    ['an ANSI colour', '\u001b[31mred\u001b[0m', '[31mred[0m'],
    ['a carriage return that overwrites', 'safe\revil', 'safe evil'],
    ['a forged line', 'one\n::error::two', 'one :\u200b:error:\u200b:two'],
    ['a workflow command', '::set-output name=x', ':\u200b:set-output name=x'],
    ['the older command form', '##[group]x', '##\u200b[group]x'],
    ['a mention', 'thanks @acme/release', 'thanks @\u200bacme/release'],
    ['text that runs backwards', 'a\u202eb', 'ab'],
    ['a terminal title', '\u009d0;title\u0007', '0;title'],
  ])('defuses %s', (_, text, expected) => {
    expect(neutralise(text)).toBe(expected);
  });

  it('leaves references and addresses alone', () => {
    const text = `[::1]:5000/api:1.0@sha256:${'a'.repeat(64)} dev@example.com`;
    expect(neutralise(text)).toBe(text);
  });
});
