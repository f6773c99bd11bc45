import type { YamlNode, YamlScalar } from '../yaml/tree.ts';
import { addField, growingMap, scalarNode } from './nodes.ts';

const LINE = /^([ \t]*(?:export[ \t]+)?)([A-Za-z_][\w.-]*)([ \t]*=[ \t]*)(.*?)[ \t\r]*$/gm;

/** Reads `NAME=value` lines. Any other line is skipped, as every reader of these files does. */
export function readDotenv(text: string): YamlNode {
  const root = growingMap(0);
  for (const { index, 1: before = '', 2: name = '', 3: equals = '', 4: rest = '' } of text.matchAll(LINE)) {
    const start = index + before.length;
    const value = valueNode(rest, start + name.length + equals.length);
    addField(root, scalarNode({ start, end: start + name.length }, name, 'bare'), value, value.end);
  }
  return root;
}

function valueNode(rest: string, start: number): YamlScalar {
  const [quoted, quote = ''] = /^(["'])[^"'\\]*\1/.exec(rest) ?? [];
  if (quoted !== undefined) {
    const style = quote === '"' ? 'double' : 'single';
    return scalarNode({ start, end: start + quoted.length }, quoted.slice(1, -1), style);
  }
  const bare = rest.replace(/[ \t]+#.*$/, '');
  const style = /["'\\]/.test(bare) ? 'lines' : 'bare';
  return scalarNode({ start, end: start + bare.length }, bare, style);
}
