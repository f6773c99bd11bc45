import type { LineCounter } from 'yaml';
import { PromoteError } from '../../errors.ts';
import type { YamlMap, YamlNode, YamlScalar, YamlSequence, YamlTree } from './tree.ts';

/** A text and the starts of its lines, which give positions. */
export interface Source {
  readonly file: string;
  readonly text: string;
  readonly lines: LineCounter;
  /** Set where a string of another document contains the text. */
  readonly inside?: Inside | undefined;
}

/** A text as YAML, and a tree for each document that contains anything. */
export interface YamlFile extends Source {
  readonly documents: readonly (YamlTree | undefined)[];
}

/** A node of a deployment file and the way to it from its document's root. */
export interface Spot<Node extends YamlNode = YamlNode> {
  readonly source: YamlFile;
  /** The document's index in the file. */
  readonly document: number;
  readonly node: Node;
  readonly way: { readonly from: Spot<YamlMap | YamlSequence>; readonly key: string | number } | undefined;
}

/** How a text is encoded in the string that contains it. */
export interface Inside {
  readonly holder: Spot<YamlScalar>;
  /** The offset in the holder's text of each UTF-16 unit. */
  readonly at: readonly number[];
  /** Encodes characters for that string; throws `INVALID` for those that cannot be encoded. */
  readonly encode: (text: string) => string;
}

/** Converts an offset of a text to an offset of the file. */
export function fileOffset({ inside }: Source, offset: number): number {
  if (inside === undefined) return offset;
  const { holder, at } = inside;
  return fileOffset(holder.source, at[offset] ?? (at.at(-1) ?? holder.node.start) + 1);
}

/** The name of a document's file, which may show its content; empty where a string contains the document. */
export function ownFile({ source }: Spot): string {
  return source.inside === undefined ? source.file : '';
}

/** The line and column in the file of an offset, from 1. */
export function positionAt(source: Source, offset: number): { readonly line: number; readonly col: number } {
  let root = source;
  while (root.inside !== undefined) root = root.inside.holder.source;
  return root.lines.linePos(fileOffset(source, offset));
}

/** An `INVALID` error that names file, line and column. */
export function invalidAt(source: Source, offset: number, message: string, hint: string): PromoteError {
  const { line, col } = positionAt(source, offset);
  return new PromoteError('INVALID', `${source.file}:${line}:${col}: ${message}`, { hint });
}
