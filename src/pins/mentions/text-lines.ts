/** A key and its value in a line of a text. */
interface Assignment {
  readonly key: string;
  readonly indentation: number;
  readonly start: number;
  readonly end: number;
  readonly hasValue: boolean;
}

const LINE = /^([ \t]*(?:-[ \t]+)?)["']?([\w.-]+)["']?[ \t]*[:?+]?[:=][ \t]*(.*)$/;
const VERSION = /tag|version|digest|sha/i;
/** Another key of the same line: `{ repository: …, tag: 1.4.2 }`, `--tag=1.4.2`, `name: image.tag, value: 1.4.2`. */
const BESIDE = /(?:tag|version|digest|sha(?:256)?)["']?[ \t]*[:=,][ \t]*["']?[\w${]/i;

/**
 * Whether the text around an offset has a tag or a digest for it. It may be under another key of its line, or
 * under a key nearby with the same indentation. For texts that no format reads, such as scripts.
 */
export function carriesInText(text: string, offset: number): boolean {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  const line = text.slice(lineStart, text.indexOf('\n', offset) >>> 0);
  if (BESIDE.test(line)) return true;
  const all = assignments(text);
  const own = all.findIndex(({ start, end }) => start <= offset && offset <= end);
  const found = all[own];
  if (found === undefined) return false;
  const isBeside = ({ indentation }: Assignment) => indentation === found.indentation;
  const isWithin = ({ indentation }: Assignment) => indentation >= found.indentation;
  const before = all.slice(0, own).toReversed();
  return [before, all.slice(own + 1)].some(side => {
    const end = side.findIndex(other => !isWithin(other));
    return side
      .slice(0, end < 0 ? undefined : end)
      .some(other => isBeside(other) && other.hasValue && VERSION.test(other.key));
  });
}

function assignments(text: string): readonly Assignment[] {
  let start = 0;
  return text.split('\n').flatMap(line => {
    const at = start;
    start += line.length + 1;
    const [, indentation = '', key = '', value = ''] = LINE.exec(line) ?? [];
    const hasValue = /^["']?[\w$@:{<%]/.test(value);
    return key === ''
      ? []
      : [{ key, indentation: indentation.length, start: at, end: at + line.length, hasValue }];
  });
}
