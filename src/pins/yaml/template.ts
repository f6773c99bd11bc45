import { PromoteError } from '../../errors.ts';
import { parseFile } from './document.ts';
import type { YamlFile } from './source.ts';

const ACTION = /\{\{[\s\S]*?\}\}/g;
/** No text has it: one with a zero is no text. */
const MARK = '\0';

/**
 * A template of YAML before anything is filled in, with each character at its place. It says what the template names,
 * and is never edited. Undefined for what is no template, and where what remains is no YAML.
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

/** An action alone on its lines renders nothing there; within a line it stands for a value. */
function withoutActions(text: string): string {
  const marked = text.replace(ACTION, action => action.replace(/[^\n]/g, MARK));
  return marked
    .split('\n')
    .map(line => line.replaceAll(MARK, line.replaceAll(MARK, '').trim() === '' ? ' ' : 'x'))
    .join('\n');
}
