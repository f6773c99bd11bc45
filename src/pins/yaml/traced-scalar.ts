import { type Traced, traceText } from '../text/traced.ts';
import type { Spot } from './source.ts';
import { traceLiteral } from './traced-block.ts';
import type { YamlScalar } from './tree.ts';

/** A scalar's text with the place of each character; `undefined` where escapes or folding change the text. */
export function traceScalar(scalar: Spot<YamlScalar>): Traced | undefined {
  const { start, end, text, style } = scalar.node;
  if (style === 'lines') return traceLiteral(scalar);
  const quotes = style === 'plain' ? 0 : 1;
  const traced = traceText(scalar.source.text, start + quotes, end - quotes);
  return traced.text === text ? traced : undefined;
}
