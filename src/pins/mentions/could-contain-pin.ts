import { pathOf, registryOf } from '../../oci/reference.ts';
import { containsWord, type Known } from '../known.ts';
import { commentStart, isProse } from './comments.ts';
import { namedIn } from './named.ts';

/**
 * Whether a text that its format cannot read could still contain a pin. It could if it names a known
 * repository outside of comments, whole or by registry and path. A template contains none, since Helm fills
 * it in from values.
 */
export function couldContainPin(file: string, text: string, { images }: Pick<Known, 'images'>): boolean {
  if (isProse(file) || text.includes('\0') || text.includes('{{')) return false;
  return (
    namesWhole(file, text, { images }) ||
    [...images.keys()].some(name => containsWord(text, registryOf(name)) && containsWord(text, pathOf(name)))
  );
}

/** Whether a text names a whole known repository outside of comments. That is reported for any file. */
export function namesWhole(file: string, text: string, { images }: Pick<Known, 'images'>): boolean {
  const isWritten = ({ start }: { readonly start: number }) => {
    const lineStart = text.lastIndexOf('\n', start - 1) + 1;
    const line = text.slice(lineStart, text.indexOf('\n', start) >>> 0);
    return start - lineStart < commentStart(file, line);
  };
  return namedIn(text, images).some(isWritten);
}
