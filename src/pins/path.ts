import { PromoteError, rethrowDefect } from '../errors.ts';

/** The keys and indices that lead from a document's root to a node. */
export type Path = readonly (string | number)[];

const STEP = /(?:^|(?!^)\.)([^.[\]"]+|"(?:[^"\\]|\\.)*")|\[(\d+)\]/y;
const BARE = /^[^\s.[\]"\p{Cc}]+$/u;

/** Reads `a.b[0]."c.d"`, as `pins` rules and locators have it; throws `CONFIGURATION`. */
export function parsePath(text: string): Path {
  const path: (string | number)[] = [];
  STEP.lastIndex = 0;
  while (STEP.lastIndex < text.length) {
    const start = STEP.lastIndex;
    const step = STEP.exec(text);
    if (step === null) throw malformed(text, start);
    const [, key = '', index] = step;
    path.push(index === undefined ? unquote(text, key) : Number(index));
  }
  return path;
}

/** Writes a path so that `parsePath` reads it back. */
export function formatPath(path: Path): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    const key = BARE.test(step) ? step : JSON.stringify(step);
    return text === '' ? key : `${text}.${key}`;
  }, '');
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
    hint: 'a path reads image.tag, containers[0].image or annotations."a.b/c"',
    cause,
  });
}
