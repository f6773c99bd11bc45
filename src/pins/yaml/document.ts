import { parseAllDocuments } from 'yaml';
import { PromoteError } from '../../errors.ts';
import { countLines } from '../text/lines.ts';
import { joinLines } from './join-lines.ts';
import { invalidAt, type Source, type YamlFile } from './source.ts';
import { buildTree, type Refuse } from './tree.ts';

const LIMIT = 5 * 1024 * 1024;
const TEMPLATE = 'Helm renders templates, and pins belong in values: leave templates out of `files`';

/**
 * Reads every document of a text, with scalars as they are written. Throws `INVALID` with file, line and
 * column for a text that is not YAML, such as a Helm template, and `TOO_LARGE` over 5 MiB.
 */
export function parseFile({ file, text, inside }: Omit<Source, 'lines'>): YamlFile {
  if (text.length > LIMIT || Buffer.byteLength(text) > LIMIT) {
    throw new PromoteError('TOO_LARGE', `${file}: a deployment file holds at most 5 MiB`, {
      hint: 'leave the file out of the environment’s `files`, or split it',
    });
  }
  const source = { file, text, lines: countLines(text), inside };
  const strict = parseText(text);
  const lenient = errorIn(strict) === undefined ? strict : parseText(joinLines(text));
  const documents = errorIn(lenient) === undefined ? lenient : strict;
  const error = errorIn(documents);
  if (error?.code === 'RESOURCE_EXHAUSTION') {
    throw invalidAt(source, error.pos[0], 'nested too deeply', 'leave the file out of `files`');
  }
  if (error) throw notYaml(source, error.pos[0], error.message);
  const refuse: Refuse = (offset, problem) =>
    problem === 'template'
      ? invalidAt(source, offset, 'a Helm template, not YAML', TEMPLATE)
      : invalidAt(source, offset, 'not YAML: an alias without an anchor before it', 'correct the alias');
  return {
    ...source,
    documents: documents.map(({ contents }) => (contents ? buildTree(contents, text, refuse) : undefined)),
  };
}

/** A byte order mark is read as a line feed, because the library accepts no sequence directly after one. */
function parseText(text: string) {
  return parseAllDocuments(text.replace(/^\uFEFF/, '\n'), {
    schema: 'failsafe',
    resolveKnownTags: false,
    uniqueKeys: false, // quadratic in a wide map; keys are checked on the way to a pin
    prettyErrors: false,
  });
}

function errorIn(documents: ReturnType<typeof parseText>) {
  return documents.flatMap(document => document.errors)[0];
}

function notYaml(source: Source, offset: number, message: string): PromoteError {
  const reason = message.replace(/(?<=\S): .*/s, ''); // the library quotes the text, which may be a secret
  if (source.text.includes('{{')) {
    return invalidAt(source, offset, `not YAML, perhaps a Helm template: ${reason}`, TEMPLATE);
  }
  return invalidAt(source, offset, `not YAML: ${reason}`, 'correct the file, or leave it out of `files`');
}
