import type { FileFormat } from '../format.ts';
import { editParts } from '../site/edit-parts.ts';
import { namesHost, readReference } from '../site/reference.ts';
import { type Found, textSites } from '../site/text-site.ts';
import { type Traced, traceText } from '../text/traced.ts';

const VARIABLE = /^[ \t]*(?:export[ \t]+)?([A-Za-z_][\w.-]*)[ \t]*=[ \t]*/;
const QUOTED = /^(["'])(.*?)\1/;

/** Files of variables, as compose and many other tools read them. Only whole references count. */
export const env: FileFormat = {
  name: 'env',
  is: path => /(?:^|\/)\.env(?:\.[^/]*)?$|\.env$/.test(path),
  sites: source => textSites(source, 'env', variablesIn(source.text).flatMap(imageIn)),
  edit: editParts,
};

/** A variable's name, made unique where it is set again, and its value without quotes. */
interface Variable {
  readonly name: string;
  readonly value: Traced;
}

function variablesIn(text: string): readonly Variable[] {
  const counts = new Map<string, number>();
  return [...text.matchAll(/[^\r\n]+/g)].flatMap(({ 0: line, index }): readonly Variable[] => {
    const [before, name] = VARIABLE.exec(line.replace(/^\uFEFF/, ' ')) ?? [];
    if (before === undefined || name === undefined) return [];
    const count = counts.get(name) ?? 0;
    counts.set(name, count + 1);
    const rest = line.slice(before.length);
    const quoted = QUOTED.exec(rest)?.[2];
    const value = quoted ?? rest.replace(/\s+#.*$|\s+$/, '');
    const start = index + before.length + (quoted === undefined ? 0 : 1);
    return [
      { name: count === 0 ? name : `${name}[${count}]`, value: traceText(text, start, start + value.length) },
    ];
  });
}

/** Only a value's repository shows that the value is an image. */
function imageIn({ name: locator, value }: Variable): readonly Found[] {
  const reference = namesHost(value.text) ? readReference(value.text) : undefined;
  if (reference === undefined || (reference.tag === undefined && reference.digest === undefined)) return [];
  return [{ locator, start: value.at[0] ?? 0, value, guessed: true }];
}
