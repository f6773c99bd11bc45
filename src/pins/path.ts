import { PromoteError, rethrowDefect } from '../errors.ts';

/** The keys and indices that lead from a document's root to a node. */
export type Path = readonly (string | number)[];

/** One step of a rule's path: a key, an index, every entry, or those entries whose key contains a value. */
export type Step =
  | string
  | number
  | { readonly every: true }
  | { readonly key: string; readonly holds: string };

const QUOTED = '"(?:[^"\\\\]|\\\\.)*"';
const STEP = new RegExp(
  `(?:^|(?!^)\\.)([^.[\\]"]+|${QUOTED})|\\[(?:(\\d+)|(\\*)|([^\\]="*\\d][^\\]="]*|${QUOTED})=([^\\]"]+|${QUOTED}))\\]`,
  'y',
);
const BARE = /^[^\s.[\]"\p{Cc}]+$/u;

/** Reads `a.b[0]."c.d"`, and `[*]` and `[name=api]` in it, as `pins` rules have it; throws `CONFIGURATION`. */
export function parsePath(text: string): readonly Step[] {
  const path: Step[] = [];
  STEP.lastIndex = 0;
  while (STEP.lastIndex < text.length) {
    const start = STEP.lastIndex;
    const step = STEP.exec(text);
    if (step === null) throw malformed(text, start);
    const [, key = '', index, every, name, value] = step;
    if (index !== undefined) path.push(Number(index));
    else if (every !== undefined) path.push({ every: true });
    else if (name !== undefined && value !== undefined) {
      path.push({ key: unquote(text, name), holds: unquote(text, value) });
    } else path.push(unquote(text, key));
  }
  return path;
}

/** Writes a path so that `parsePath` reads it back. */
export function formatPath(path: readonly Step[]): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    if (typeof step === 'object')
      return 'every' in step ? `${text}[*]` : `${text}[${quoted(step.key)}=${quoted(step.holds)}]`;
    const key = quoted(step);
    return text === '' ? key : `${text}.${key}`;
  }, '');
}

function quoted(key: string): string {
  return BARE.test(key) ? key : JSON.stringify(key);
}

function unquote(text: string, key: string): string {
  if (!key.startsWith('"')) return key;
  try {
    return String(JSON.parse(key));
  } catch (cause) {
    rethrowDefect(cause);
    throw malformed(text, text.indexOf(key), cause);
  }
}

function malformed(text: string, offset: number, cause?: unknown): PromoteError {
  return new PromoteError('CONFIGURATION', `pins path ${JSON.stringify(text)}: not a key at ${offset + 1}`, {
    hint: 'a path reads image.tag, containers[name=api].image, images[*].tag or annotations."a.b/c"',
    cause,
  });
}
