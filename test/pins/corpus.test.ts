import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { PromoteError } from '../../src/errors.ts';
import { parseRepositoryName, type RepositoryName } from '../../src/oci/reference.ts';
import { createKnown, type Known } from '../../src/pins/known.ts';
import { findMentions } from '../../src/pins/mentions/find-mentions.ts';
import { readFile } from '../../src/pins/read.ts';
import { offsetsOf } from '../../src/pins/site/site.ts';
import { countLines } from '../../src/pins/text/lines.ts';

const corpus = process.env.PROMOTE_CORPUS;

/** What nothing of ours has read: every scalar of every document, with the keys that lead there. */
function* scalars(
  value: unknown,
  path: readonly string[] = [],
): Generator<readonly [string, readonly string[]]> {
  if (typeof value === 'string') yield [value, path];
  else if (typeof value === 'object' && value !== null) {
    for (const [key, child] of Object.entries(value)) yield* scalars(child, [...path, key]);
  }
}

function yamlScalars(text: string): readonly (readonly [string, readonly string[]])[] {
  if (text.length > 200_000 || !/image|repository/i.test(text)) return [];
  try {
    return parseAllDocuments(text, { uniqueKeys: false, logLevel: 'silent' }).flatMap(document =>
      document.errors.length > 0 ? [] : [...scalars(document.toJS({ maxAliasCount: -1 }))],
    );
  } catch {
    return [];
  }
}

const REFERENCE =
  /^(?<name>(?:[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::\d+)?\/)?[a-z0-9._-]+(?:\/[a-z0-9._-]+)*)(?::[\w][\w.-]*)?(?:@sha256:[0-9a-f]{64})?$/;

/** The repositories that a walk over the YAML finds: whole under a key about images, or beside a registry or a tag. */
function imagesIn(files: ReadonlyMap<string, string>): ReadonlyMap<RepositoryName, string> {
  const found = [...files.values()].flatMap(text => {
    const all = yamlScalars(text);
    const at = new Map(all.map(([value, path]) => [path.join('\n'), value]));
    return all.flatMap(([value, path]) => {
      const beside = (key: string) => at.get([...path.slice(0, -1), key].join('\n'));
      return imageAt(value, path.at(-1) ?? '', beside) ?? [];
    });
  });
  return new Map(found.map(repository => [repository, repository]));
}

function imageAt(
  value: string,
  key: string,
  beside: (key: string) => string | undefined,
): RepositoryName | undefined {
  const name = REFERENCE.exec(value)?.groups?.name;
  const isWhole = /image/i.test(key) && /[:@]/.test(value);
  const registry = key === 'repository' ? beside('registry') : undefined;
  if (name === undefined || !(isWhole || registry !== undefined || beside('tag') !== undefined))
    return undefined;
  return named(registry ? `${registry}/${name}` : name);
}

function named(text: string): RepositoryName | undefined {
  try {
    return parseRepositoryName(text);
  } catch (error) {
    if (error instanceof PromoteError) return undefined;
    throw error;
  }
}

/**
 * Where a text names a repository by nothing but a search, outside comments: its host and path with a tag or digest, or
 * without the host behind a key about an image.
 */
function namedIn(text: string, repository: RepositoryName): readonly number[] {
  const path = repository.slice(repository.indexOf('/') + 1);
  const whole = placesOf(text, repository).filter(({ behind }) => /^(?::[\w$]|@sha256:)/.test(behind));
  const bare = placesOf(text, path.replace(/^library\//, '')).filter(
    ({ line, behind }) =>
      /(?:^|[\s{,"'-])\w*(?:image|imageName|repository)["']?:[ \t]*["']?$/i.test(line) &&
      /^(?:["'\s,}]|:[\w$]|@sha256:|$)/.test(behind),
  );
  return [...whole, ...bare].map(({ at }) => at);
}

function placesOf(text: string, spelled: string) {
  const found: { readonly at: number; readonly line: string; readonly behind: string }[] = [];
  for (let at = text.indexOf(spelled); at >= 0; at = text.indexOf(spelled, at + 1)) {
    const line = text.slice(text.lastIndexOf('\n', at - 1) + 1, at);
    const behind = text.slice(at + spelled.length, at + spelled.length + 100);
    if (!/(?:^|\s)#/.test(line) && !/[\w./-]/.test(text.charAt(at - 1))) found.push({ at, line, behind });
  }
  return found;
}

interface Found {
  readonly counted: number;
  readonly silent: readonly string[];
}

function silentIn(files: ReadonlyMap<string, string>, known: Known): Found {
  const silent: string[] = [];
  let counted = 0;
  for (const [file, text] of files) {
    if (/\.md$/.test(file) || !known.mayNameOne(text)) continue;
    const lines = linesOf(file, text, known);
    for (const repository of known.images.keys()) {
      const places = namedIn(text, repository);
      for (const at of places) {
        const line = text.slice(0, at).split('\n').length;
        counted += 1;
        if (!lines.has(line)) silent.push(`${file}:${line} ${repository}`);
      }
    }
  }
  return { counted, silent };
}

/** The lines on which something is a pin or told. */
function linesOf(file: string, text: string, known: Known): ReadonlySet<number> {
  const reading = readFile(file, text, [], { known });
  const lines = countLines(text);
  const lineOf = (offset: number) => lines.linePos(offset).line;
  const pinned = reading.sites.flatMap(site =>
    site.kind === 'pin' ? offsetsOf(site).map(lineOf) : [site.line],
  );
  return new Set([...pinned, ...findMentions(reading, known).map(({ line }) => line)]);
}

describe.skipIf(corpus === undefined)('public deployment repositories', () => {
  const root = corpus ?? '';
  let total = 0;
  const folders = corpus === undefined ? [] : globSync('*/', { cwd: root });

  it.each(folders)('%s: every mention is a pin, or told', folder => {
    const paths = globSync('**/*', { cwd: join(root, folder), withFileTypes: true }).filter(entry =>
      entry.isFile(),
    );
    const files = new Map(
      paths.map(({ parentPath, name }) => {
        const path = join(parentPath, name);
        return [path.slice(root.length + 1), readFileSync(path, 'utf8')];
      }),
    );
    const { counted, silent } = silentIn(files, createKnown(imagesIn(files)));
    total += counted;
    expect(silent).toEqual([]);
  });

  it('are read as a whole', () => expect(total).toBeGreaterThan(350));
});
