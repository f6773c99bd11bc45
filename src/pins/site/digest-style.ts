import { algorithmOf, type Digest, hexOf, isDigest } from '../../oci/digest.ts';
import { invalidAt, type Spot } from '../yaml/source.ts';
import type { YamlScalar } from '../yaml/tree.ts';

const HEXADECIMAL = /^[0-9a-f]{64}$/;

/** The digest that a text contains: whole, after an `@`, or as the bare hexadecimal of a SHA-256. */
export function readDigest(text: string): Digest | undefined {
  const named = text.startsWith('@') ? text.slice(1) : text;
  if (isDigest(named)) return named;
  const completed = `sha256:${named}`;
  return HEXADECIMAL.test(named) && isDigest(completed) ? completed : undefined;
}

/** A digest in its scalar's style. For an empty scalar, a key such as `sha256` asks for bare hexadecimal. */
export function styledDigest({ source, node, way }: Spot<YamlScalar>, digest: Digest | undefined): string {
  if (digest === undefined) return '';
  const { text } = node;
  const sign = text.startsWith('@') ? '@' : '';
  const isBare =
    text === '' ? /sha(?:256)?$/i.test(String(way?.key)) : HEXADECIMAL.test(text.slice(sign.length));
  if (isBare && algorithmOf(digest) !== 'sha256') {
    throw invalidAt(
      source,
      node.start,
      `holds a bare SHA-256, and ${digest} is none`,
      'write a whole digest',
    );
  }
  return `${sign}${isBare ? hexOf(digest) : digest}`;
}
