import { sliceTraced, type Traced } from '../../text/traced.ts';
import type { Escape } from './words.ts';

/** The settings that the comments at the top of a Dockerfile give its parser. */
export interface Directives {
  readonly directives: ReadonlyMap<string, string>;
  readonly syntax: Traced | undefined;
}

const COMMENTS = {
  '#': /^(\s*#\s*([A-Za-z][A-Za-z0-9]*)\s*=\s*)(\S.*)$/,
  '//': /^(\s*\/\/\s*([A-Za-z][A-Za-z0-9]*)\s*=\s*)(\S.*)$/,
} as const;
const KNOWN = ['syntax', 'escape', 'check'];

/**
 * Reads the directives, which end at the first other line. In `//` comments they are for a frontend with
 * another language than Dockerfile's. https://docs.docker.com/reference/dockerfile/#parser-directives
 */
export function readDirectives(lines: readonly Traced[], comment: keyof typeof COMMENTS): Directives {
  const directives = new Map<string, string>();
  let syntax: Traced | undefined;
  const first = lines[0]?.text.startsWith('#!') ? 1 : 0;
  for (const line of lines.slice(first)) {
    const [, before = '', key = '', value = ''] = COMMENTS[comment].exec(line.text) ?? [];
    const name = key.toLowerCase();
    if (!KNOWN.includes(name) || directives.has(name)) break;
    directives.set(name, value.trimEnd());
    const [reference = ''] = value.split(/\s/, 1);
    if (name === 'syntax') syntax = sliceTraced(line, before.length, before.length + reference.length);
  }
  return { directives, syntax };
}

/** The escape character, a backslash unless a directive says otherwise. */
export function escapeOf(directives: Directives['directives']): Escape {
  return directives.get('escape') === '`' ? '`' : '\\';
}
