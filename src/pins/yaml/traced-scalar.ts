import { joinTraced, sliceTraced, type Traced, traceText } from '../text/traced.ts';
import type { Spot } from './spot.ts';
import type { YamlScalar } from './tree.ts';

/** A scalar's text with the place of each character; `undefined` where escapes or folding make it read otherwise. */
export function traceScalar(scalar: Spot<YamlScalar>): Traced | undefined {
  const { start, end, text, style } = scalar.node;
  if (style === 'lines') return traceLiteral(scalar);
  const quotes = style === 'plain' ? 0 : 1;
  const traced = traceText(scalar.source.text, start + quotes, end - quotes);
  return traced.text === text ? traced : undefined;
}

/** https://yaml.org/spec/1.2.2/#812-literal-style */
function traceLiteral({ source, node: { start, end, text } }: Spot<YamlScalar>): Traced | undefined {
  const [header = '', ...rest] = source.text.slice(start, end).split('\n');
  const indent = /^ */.exec(rest.find(line => line.trim() !== '') ?? '')?.[0].length ?? 0;
  const lines: Traced[] = [];
  let at = start + header.length + 1;
  for (const line of rest) {
    const stop = at + line.replace(/\r$/, '').length;
    const feed = at + line.length;
    lines.push(traceText(source.text, Math.min(at + indent, stop), stop));
    lines.push(traceText(source.text, feed, Math.min(feed + 1, source.text.length)));
    at = feed + 1;
  }
  const traced = sliceTraced(joinTraced(lines), 0, text.length);
  return traced.text === text ? traced : undefined;
}
