import { joinTraced, sliceTraced, type Traced, traceText } from '../text/traced.ts';
import type { Spot } from './source.ts';
import type { YamlScalar } from './tree.ts';

/** A literal block's text with the place of each character. https://yaml.org/spec/1.2.2/#812-literal-style */
export function traceLiteral(scalar: Spot<YamlScalar>): Traced | undefined {
  const { text } = scalar.node;
  const traced = sliceTraced(traceLines(scalar), 0, text.length);
  return traced.text === text ? traced : undefined;
}

/** A folded block's text: its lines, with a line feed read as a space. https://yaml.org/spec/1.2.2/#813-folded-style */
export function traceFolded(scalar: Spot<YamlScalar>): Traced | undefined {
  const { text } = scalar.node;
  const lines = traceLines(scalar);
  const at: number[] = [];
  let from = 0;
  for (const character of text.split('')) {
    while (lines.text[from] === '\n' && character !== '\n' && character !== ' ') from += 1;
    if (lines.text[from] !== character && !(lines.text[from] === '\n' && character === ' ')) return undefined;
    at.push(lines.at[from] ?? 0);
    from += 1;
  }
  return { text, at };
}

/** The indentation of every line of a block. */
export function blockIndent({ source, node: { start, end } }: Spot<YamlScalar>): string {
  const [, ...lines] = source.text.slice(start, end).split('\n');
  return /^ */.exec(lines.find(line => line.trim() !== '') ?? '')?.[0] ?? '';
}

function traceLines(scalar: Spot<YamlScalar>): Traced {
  const { source, node } = scalar;
  const [header = '', ...rest] = source.text.slice(node.start, node.end).split('\n');
  const indent = blockIndent(scalar).length;
  const lines: Traced[] = [];
  let at = node.start + header.length + 1;
  for (const line of rest) {
    const stop = at + line.replace(/\r$/, '').length;
    const feed = at + line.length;
    lines.push(traceText(source.text, Math.min(at + indent, stop), stop));
    lines.push(traceText(source.text, feed, Math.min(feed + 1, source.text.length)));
    at = feed + 1;
  }
  return joinTraced(lines);
}
