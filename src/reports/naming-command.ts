import { type Invocation, namingCommand } from '../plan/invocation.ts';
import type { Block, Phrase, Report } from './document.ts';

/** Names the command in the report's hints to run again, for people and for programs. */
export function withNamedCommand({ blocks, json }: Report, invocation: Invocation | undefined): Report {
  if (invocation === undefined) return { blocks, json };
  const phrases = (all: readonly Phrase[]) =>
    all.map(({ text, tone }) => ({ text: namingCommand(text, invocation), tone }));
  const named = (block: Block): Block => {
    switch (block.kind) {
      case 'heading':
      case 'line':
        return { ...block, phrases: phrases(block.phrases) };
      case 'items':
        return { ...block, items: block.items.map(phrases) };
      case 'table':
        return { ...block, rows: block.rows.map(phrases) };
      case 'diff':
        return block;
    }
  };
  return { blocks: blocks.map(named), json: inHints(json, invocation) };
}

function inHints<Value>(value: Value, invocation: Invocation): Value {
  return JSON.parse(JSON.stringify(value), (key, inner: unknown) =>
    key === 'hint' && typeof inner === 'string' ? namingCommand(inner, invocation) : inner,
  );
}
