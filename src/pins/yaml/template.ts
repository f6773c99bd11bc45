import { PromoteError } from '../../errors.ts';
import { parseFile } from './document.ts';
import type { YamlFile } from './source.ts';

const ACTION = /\{\{[\s\S]*?\}\}/g;
/** Marks a removed character. No text contains a zero byte. */
const MARK = '\0';

/**
 * A YAML template without its actions, with each character at its place. It shows the images that the
 * template names, and is never edited. Undefined where the text is not a template, or the rest is not YAML.
 */
export function readTemplate(file: string, text: string): YamlFile | undefined {
  if (!text.includes('{{')) return undefined;
  try {
    return parseFile({ file, text: withoutActions(text) });
  } catch (error) {
    if (error instanceof PromoteError && (error.code === 'INVALID' || error.code === 'TOO_LARGE'))
      return undefined;
    throw error;
  }
}

/** An action alone on its lines renders nothing there. An action within a line is replaced by a value. */
function withoutActions(text: string): string {
  const marked = text.replace(ACTION, action => action.replace(/[^\n]/g, MARK));
  return marked
    .split('\n')
    .map(line => line.replaceAll(MARK, line.replaceAll(MARK, '').trim() === '' ? ' ' : 'x'))
    .join('\n');
}
