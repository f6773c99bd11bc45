import { LineCounter, parseAllDocuments } from 'yaml';
import { PromoteError } from '../../errors.ts';
import { invalidAt, type Source, type YamlFile } from './source.ts';
import { buildTree, type Refuse } from './tree.ts';

const LIMIT = 5 * 1024 * 1024;
const TEMPLATE = 'Helm renders templates, and pins belong in values: leave templates out of `files`';

/**
 * Reads every document of a text, scalars as they are written. Throws `INVALID` with file, line and column for
 * what is not YAML, Helm templates among it, and `TOO_LARGE` over 5 MiB.
 */
export function parseFile({ file, text, inside }: Omit<Source, 'lines'>): YamlFile {
  if (text.length > LIMIT || Buffer.byteLength(text) > LIMIT) {
    throw new PromoteError('TOO_LARGE', `${file}: a deployment file holds at most 5 MiB`, {
      hint: 'leave the file out of the environment’s `files`, or split it',
    });
  }
  const lines = new LineCounter();
  const source = { file, text, lines, inside };
  const documents = parseAllDocuments(text, {
    lineCounter: lines,
    schema: 'failsafe',
    resolveKnownTags: false,
    uniqueKeys: false, // quadratic in a wide map; keys are checked on the way to a pin
    prettyErrors: false,
  });
  const error = documents.flatMap(document => document.errors)[0];
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

function notYaml(source: Source, offset: number, message: string): PromoteError {
  const reason = message.replace(/(?<=\S): .*/s, ''); // the library quotes the text, which may be a secret
  if (source.text.includes('{{')) {
    return invalidAt(source, offset, `not YAML, perhaps a Helm template: ${reason}`, TEMPLATE);
  }
  return invalidAt(source, offset, `not YAML: ${reason}`, 'correct the file, or leave it out of `files`');
}
