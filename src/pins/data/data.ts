import { PromoteError } from '../../errors.ts';
import { countLines } from '../text/lines.ts';
import { parseFile } from '../yaml/document.ts';
import { invalidAt, type YamlFile } from '../yaml/source.ts';
import { readDotenv } from './dotenv.ts';
import { readHcl } from './hcl.ts';
import type { DataReader } from './nodes.ts';
import { readToml } from './toml.ts';

const READERS: readonly { readonly name: string; readonly is: RegExp; readonly read: DataReader }[] = [
  { name: 'TOML', is: /\.toml$/i, read: readToml },
  { name: 'HCL', is: /\.(?:hcl|tf|tfvars)$/i, read: readHcl },
  { name: '.env', is: /(?:^|\/)(?:[^/]*\.)?env(?:\.[^/]+)?$/i, read: readDotenv },
];

/** Whether the file's format is neither YAML nor JSON. Such a file is read only if a rule points into it. */
export function isData(file: string): boolean {
  return READERS.some(({ is }) => is.test(file));
}

/**
 * Reads a file as the tree that rules' paths walk: TOML, HCL, `.env`, else YAML, which includes JSON. Throws
 * as `parseFile` does.
 */
export function readData(file: string, text: string): YamlFile {
  const reader = READERS.find(({ is }) => is.test(file));
  if (reader === undefined) return parseFile({ file, text });
  const lines = countLines(text);
  const source = { file, text, lines, documents: [] };
  const fail = (offset: number, reason: string) =>
    invalidAt(
      source,
      offset,
      `not ${reader.name}: ${reason}`,
      'correct the file, or use a rule with `pattern`',
    );
  if (text.length > LIMIT) {
    throw new PromoteError('TOO_LARGE', `${file}: a deployment file holds at most 5 MiB`, {
      hint: 'leave the file out of the environment’s `files`, or split it',
    });
  }
  try {
    return {
      ...source,
      documents: [{ root: reader.read(text, fail), aliases: new Map(), mergedBy: new Map() }],
    };
  } catch (error) {
    if (error instanceof RangeError) throw fail(0, 'nested too deeply');
    throw error;
  }
}

const LIMIT = 5 * 1024 * 1024;
