import { parseAst } from 'vitest/node';

/** A node of the syntax tree, as far as texts are looked for in it. */
interface SyntaxNode {
  readonly type: string;
  readonly [key: string]: unknown;
}

/** A text that a file of the code spells, with one word in each place that is filled in later. */
export interface SpelledText {
  readonly offset: number;
  readonly text: string;
}

/** Every string of a TypeScript file, joined where it is written in parts; names of modules are none. */
export function textsIn(code: string): readonly SpelledText[] {
  const found: SpelledText[] = [];
  visit(parseAst(code, { lang: 'ts' }) as unknown as SyntaxNode, found);
  return found;
}

function visit(node: SyntaxNode, found: SpelledText[]): void {
  const text = textOf(node);
  if (text !== undefined) found.push({ offset: Number(node.start), text });
  for (const child of text === undefined ? childrenOf(node) : fillings(node)) visit(child, found);
}

/** What fills the places of a text: each is read on its own. */
function fillings(node: SyntaxNode): readonly SyntaxNode[] {
  if (node.type === 'TemplateLiteral') return node.expressions as readonly SyntaxNode[];
  const sides = [node.left, node.right].filter(isNode);
  return sides.flatMap(side => (textOf(side) === undefined ? [side] : fillings(side)));
}

function childrenOf(node: SyntaxNode): readonly SyntaxNode[] {
  const entries = Object.entries(node).filter(([key]) => key !== 'source');
  return entries.flatMap(([, value]) => (Array.isArray(value) ? value : [value])).filter(isNode);
}

function textOf(node: SyntaxNode): string | undefined {
  if (node.type === 'Literal') return typeof node.value === 'string' ? node.value : undefined;
  if (node.type === 'TemplateLiteral') {
    const quasis = node.quasis as readonly { readonly value: { readonly cooked: string } }[];
    return quasis.map(({ value }) => value.cooked).join('value');
  }
  if (node.type !== 'BinaryExpression' || node.operator !== '+') return undefined;
  const [left, right] = [textOf(node.left as SyntaxNode), textOf(node.right as SyntaxNode)];
  return left === undefined && right === undefined ? undefined : `${left ?? 'value'}${right ?? 'value'}`;
}

function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && 'type' in value;
}
