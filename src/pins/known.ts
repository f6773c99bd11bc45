import { isLayout, type RepositoryName, registryOf } from '../oci/reference.ts';

/** The repositories that the environments file names, each with its image. */
export interface Known {
  readonly images: ReadonlyMap<RepositoryName, string>;
  /**
   * Whether a text may contain a part of a pin. It may if it contains a repository's last component as a
   * word, its registry, an escape, or a value in base64. The text may be its UTF-8 bytes, one character each.
   */
  readonly mayNameOne: (text: string) => boolean;
}

/** The most words that are searched one by one. For more, every word of a text is looked up instead. */
const FEW = 24;
const ESCAPE = /\\(?:x[\da-f]{2}|u[\da-f]{4}|\/|\r?\n)/i;
/** The tag of a value in base64, as YAML abbreviates it, in full, or by a prefix of the file's own. */
const BINARY = /!!binary|,2002:binary|^%TAG/m;
const DOCKER_HUB = 'docker.io';

/** Prepares the environments file's repositories for searching many texts. */
export function createKnown(images: ReadonlyMap<RepositoryName, string>): Known {
  const names = [...images.keys()];
  const last = new Set(names.map(name => name.slice(name.lastIndexOf('/') + 1)));
  const hosts = new Set(names.filter(name => !isLayout(name)).map(registryOf));
  hosts.delete(DOCKER_HUB);
  const named = [...last, ...hosts];
  // A file's bytes are searched before they are decoded.
  const words = [...new Set([...named, ...named.map(asLatin1)])];
  const namesOne =
    words.length > FEW ? wordSearch(words) : (text: string) => words.some(word => containsWord(text, word));
  const hidesOne = (text: string) =>
    (text.includes('\\') && ESCAPE.test(text)) ||
    ((text.includes('binary') || text.includes('%TAG')) && BINARY.test(text));
  return { images, mayNameOne: text => namesOne(text) || hidesOne(text) };
}

/** A word's bytes as UTF-8, one character each. */
function asLatin1(word: string): string {
  return String.fromCharCode(...new TextEncoder().encode(word));
}

/** Whether a text contains a word with no letter or digit directly before or after it. */
export function containsWord(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    if (isWordAt(text, at, word)) return true;
  }
  return false;
}

/** Looks up every run of letters and digits, so the cost does not grow with the number of words. */
function wordSearch(words: readonly string[]): (text: string) => boolean {
  const byStart = Map.groupBy(words, word => /^[a-z0-9]+/i.exec(word)?.[0] ?? word);
  return text => {
    for (const { 0: run, index } of text.matchAll(/[a-z0-9]+/gi)) {
      if (byStart.get(run)?.some(word => text.startsWith(word, index) && isWordAt(text, index, word)))
        return true;
    }
    return false;
  };
}

function isWordAt(text: string, at: number, word: string): boolean {
  return !isAlphanumeric(text.charCodeAt(at - 1)) && !isAlphanumeric(text.charCodeAt(at + word.length));
}

function isAlphanumeric(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 48 && code <= 57) || (code >= 65 && code <= 90);
}
