import type { FileFormat } from '../format.ts';
import { editParts } from '../site/edit-parts.ts';
import { type Found, textSites } from '../site/text-site.ts';
import { sliceTraced, type Traced, traceText } from '../text/traced.ts';
import { readInstructions } from './dockerfile/instructions.ts';
import { namedImages, stageName } from './dockerfile/sources.ts';
import { type Argument, expandWord, splitWords } from './dockerfile/words.ts';

/** Dockerfiles and Containerfiles. https://docs.docker.com/reference/dockerfile/ */
export const dockerfile: FileFormat = {
  name: 'dockerfile',
  is: path => PATHS.some(pattern => pattern.test(path)),
  sites: source => textSites(source, 'dockerfile', namedInDockerfile(traceText(source.text))),
  edit: editParts,
};

const PATHS = [
  /(?:^|\/)(?:dockerfile|containerfile)(?:\.(?!dockerignore$)[^/]+)?$/i,
  /\.(?:dockerfile|containerfile)$/i,
];

/**
 * Every image that a Dockerfile names: its frontend, the bases of its stages, and the sources of `COPY
 * --from` and `RUN --mount`. Arguments before the first stage are filled in where they have defaults.
 */
export function namedInDockerfile(source: Traced): readonly Found[] {
  const { escape: mark, syntax, instructions } = readInstructions(source);
  const lines = instructions.map(({ keyword, rest }) => ({ keyword, words: splitWords(rest, mark) }));
  const firstStage = lines.findIndex(({ keyword }) => keyword === 'FROM');
  const known = new Map<string, Argument>();
  for (const { keyword, words } of lines.slice(0, Math.max(0, firstStage))) {
    if (keyword === 'ARG') for (const word of words) readArgument(word);
  }
  const all = new Set(lines.flatMap(stageName));
  const earlier = new Set<string>();
  const counts = new Map<string, number>();
  const sites = lines.flatMap(line => {
    const { keyword } = line;
    const isStage = keyword === 'FROM';
    const found = namedImages(line).map((word): Found => {
      const count = counts.get(keyword) ?? 0;
      counts.set(keyword, count + 1);
      const value = expandWord(word, mark, isStage ? known : NONE);
      const isIndex = !isStage && /^\d+$/.test(word.text);
      return judge(
        `${keyword}[${count}]`,
        word,
        value,
        isIndex ? new Set([word.text]) : isStage ? earlier : all,
      );
    });
    for (const name of stageName(line)) earlier.add(name);
    return found;
  });
  return [...frontend(syntax), ...sites];

  function readArgument(word: Traced): void {
    const equals = word.text.indexOf('=');
    const name = equals < 0 ? word.text : word.text.slice(0, equals);
    const value = equals < 0 ? undefined : expandWord(sliceTraced(word, equals + 1), mark, known);
    known.set(name, value ?? known.get(name) ?? { unresolved: name });
  }
}

const NONE: ReadonlyMap<string, Argument> = new Map();

function frontend(syntax: Traced | undefined): readonly Found[] {
  return syntax === undefined ? [] : [{ locator: 'syntax', start: syntax.at[0] ?? 0, value: syntax }];
}

function judge(locator: string, word: Traced, value: Argument, stages: ReadonlySet<string>): Found {
  const start = word.at[0] ?? 0;
  const explained = { locator, start, written: word.text };
  if (!('text' in value)) {
    const reason = `${value.unresolved} has no value in this file`;
    return { ...explained, why: 'unresolved', reason };
  }
  const name = value.text.toLowerCase();
  if (name === '') return { ...explained, why: 'unresolved', reason: 'it is empty' };
  if (name === 'scratch') return { ...explained, why: 'internal', reason: 'scratch is no image' };
  if (stages.has(name)) return { ...explained, why: 'internal', reason: `${name} is a stage` };
  return { locator, start, value };
}
