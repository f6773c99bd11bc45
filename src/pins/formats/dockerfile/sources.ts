import { sliceTraced, type Traced } from '../../text/traced.ts';

/** An instruction's keyword, and the words after it. */
export interface Line {
  readonly keyword: string;
  readonly words: readonly Traced[];
}

/** The words of an instruction that name an image or a stage, still as they are written. */
export function namedImages({ keyword, words }: Line): readonly Traced[] {
  const count = words.findIndex(({ text }) => !text.startsWith('--'));
  const flags = count < 0 ? words : words.slice(0, count);
  switch (keyword) {
    case 'FROM':
      return count < 0 ? [] : words.slice(count, count + 1);
    case 'COPY':
      return flags.flatMap(flag => valueAfter(flag, '--from='));
    case 'RUN':
      return flags.flatMap(flag => valueAfter(flag, '--mount=').flatMap(mountSource));
    default:
      return [];
  }
}

/** The name that a `FROM` gives its stage, in lower case: stages are distinguished without regard to case. */
export function stageName({ keyword, words }: Line): readonly string[] {
  const [as, name] = words.slice(-2);
  const isNamed = keyword === 'FROM' && words.length > 2 && as?.text.toLowerCase() === 'as';
  return isNamed && name !== undefined ? [name.text.toLowerCase()] : [];
}

/** https://docs.docker.com/reference/dockerfile/#run---mount */
function mountSource(fields: Traced): readonly Traced[] {
  // Quotes may open before any field, and close after any.
  return [...fields.text.matchAll(/(?<=^["']?|,["']?)[^,"'][^,]*/g)].flatMap(({ 0: field, index }) =>
    valueAfter(sliceTraced(fields, index, index + field.length), 'from='),
  );
}

function valueAfter(word: Traced, prefix: string): readonly Traced[] {
  return word.text.toLowerCase().startsWith(prefix) ? [sliceTraced(word, prefix.length)] : [];
}
