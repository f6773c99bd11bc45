import { isLayout, type RepositoryName } from '../../oci/reference.ts';
import { namesHost, readRepository } from '../site/reference.ts';
import type { FoundMention } from './mention.ts';

/** A run of characters that a reference may be made of. */
const RUN = /[\w.:/@-]+/g;
const SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i;
const IMAGE_SCHEME = /^(?:oci|docker|docker-image):\/\//i;
const COMPONENT = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const NAME = new RegExp(`^[a-z0-9][a-z0-9.-]*(?::\\d+)?(?:/${COMPONENT})+`, 'i');
const LONGER = /^(?:[A-Za-z0-9]|[._-]+[A-Za-z0-9${]|\/[\w.${-])/;
const TAG = /^:(\w[\w.-]{0,127})/;
const DIGEST = /^@(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})/;
/** A value that is filled in, a range of versions, or a tag in a query: each takes the place of a tag. */
const FILLED_IN = /^(?:[:@]?(?:\$|\{\{)|:[<%>=~^*!]|\?(?:tag|ref|version|digest)=)/;
/** More characters than a reference has: 255 of name, a tag, a digest. */
const LONGEST = 640;

/**
 * Every reference in a text to a known repository. The reference must be whole by the distribution grammar:
 * the characters around it cannot extend its host or path. A URL does not count, unless its scheme is `oci`
 * or `docker`. https://github.com/distribution/reference/blob/v0.6.0/reference.go
 */
export function namedIn(text: string, known: ReadonlyMap<RepositoryName, string>): readonly FoundMention[] {
  const layouts = layoutsOf(known).flatMap(layout => layoutIn(text, layout));
  const references = [...text.matchAll(RUN)].flatMap(({ 0: run, index }) => {
    const scheme = run.includes('/') ? (SCHEME.exec(run)?.[0] ?? '') : undefined;
    if (scheme === undefined || (scheme !== '' && !IMAGE_SCHEME.test(scheme))) return [];
    for (const start of startsIn(run, scheme.length)) {
      const found = namedAt(text, index + start, known);
      if (found) return [found];
    }
    return [];
  });
  return [...references, ...layouts];
}

/** Image layouts, by what is known: every file of a run asks for the same. */
const LAYOUTS = new WeakMap<ReadonlyMap<RepositoryName, string>, readonly RepositoryName[]>();

function layoutsOf(known: ReadonlyMap<RepositoryName, string>): readonly RepositoryName[] {
  const layouts = LAYOUTS.get(known) ?? [...known.keys()].filter(isLayout);
  LAYOUTS.set(known, layouts);
  return layouts;
}

/** Offsets within a run where a host may begin: its start, and after each `:` or `@`. */
function startsIn(run: string, from: number): readonly number[] {
  const behind = [...run.matchAll(/[:@](?=[a-z0-9])/gi)].map(({ index }) => index + 1);
  return [from, ...behind.filter(start => start > from)];
}

function namedAt(
  text: string,
  start: number,
  known: ReadonlyMap<RepositoryName, string>,
): FoundMention | undefined {
  const rest = text.slice(start, start + LONGEST);
  const name = NAME.exec(rest)?.[0] ?? '';
  const repository = namesHost(name) ? readRepository(name) : undefined;
  const behind = rest.slice(name.length);
  if (repository === undefined || !known.has(repository) || LONGER.test(behind)) return undefined;
  const tag = TAG.exec(behind)?.[0] ?? '';
  const digest = DIGEST.exec(behind.slice(tag.length))?.[0] ?? '';
  const written = `${name}${tag}${digest}`;
  const carries = tag !== '' || digest !== '' || FILLED_IN.test(behind);
  return { start, repository, text: written, carries };
}

function layoutIn(text: string, repository: RepositoryName): readonly FoundMention[] {
  const found: FoundMention[] = [];
  for (let start = text.indexOf(repository); start >= 0; start = text.indexOf(repository, start + 1)) {
    const behind = text.slice(start + repository.length, start + LONGEST);
    if (/[\w./:-]/.test(text.charAt(start - 1)) || LONGER.test(behind)) continue;
    const tag = TAG.exec(behind)?.[0] ?? '';
    const digest = DIGEST.exec(behind.slice(tag.length))?.[0] ?? '';
    const written = `${repository}${tag}${digest}`;
    const carries = written !== repository || FILLED_IN.test(behind);
    found.push({ start, repository, text: written, carries });
  }
  return found;
}
