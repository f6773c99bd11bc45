import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The licence text of every package that these files of a bundle are from; throws where one has none. */
export async function licenses(root: string, inputs: readonly string[]): Promise<string> {
  const packages = Map.groupBy(inputs, path => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0]);
  packages.delete(undefined);
  const sections = [...packages].sort(([a = ''], [b = '']) => (a < b ? -1 : 1));
  const texts = sections.map(([directory = '', files]) => section(root, directory, files));
  return (await Promise.all(texts)).join(`\n${'-'.repeat(72)}\n\n`);
}

/** What an executable is licensed under: our own licence, those of all that is bundled, and those of Node.js. */
export async function shippedLicenses(root: string, node: string): Promise<string> {
  const { name, version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const own = await readFile(join(root, 'LICENSE'), 'utf8');
  const bundled = await readFile(join(root, 'dist/LICENSES.txt'), 'utf8');
  return [`${name} ${version} (Apache-2.0)\n\n${own.trim()}\n`, bundled, `Node.js\n\n${node.trim()}\n`].join(
    `\n${'-'.repeat(72)}\n\n`,
  );
}

async function section(root: string, directory: string, files: readonly string[]): Promise<string> {
  const read = (path: string) => readFile(join(root, path), 'utf8');
  const { name, version, license, repository } = JSON.parse(await read(`${directory}/package.json`));
  const named = (await readdir(join(root, directory))).filter(file =>
    /^(licen[cs]e|copying|notice)/i.test(file),
  );
  const found = await Promise.all(named.sort().map(file => read(`${directory}/${file}`)));
  // Some packages say their licence in their sources alone.
  const headers = found.length > 0 ? [] : (await Promise.all(files.map(read))).flatMap(headerOf);
  // The licence itself names no holder, so its text is the same for all.
  const standard = license === 'Apache-2.0' ? [await read('LICENSE')] : [];
  const text = [found, headers, standard].find(({ length }) => length > 0);
  if (text === undefined) throw new Error(`${name} ${version} holds no licence text`);
  // That licence asks to say where the source is: https://www.mozilla.org/MPL/2.0/#distribution-of-executable-form
  const source = license === 'MPL-2.0' ? `Its source is at ${sourceOf(repository)}\n\n` : '';
  return `${name} ${version} (${license})\n\n${source}${text.map(part => part.trim()).join('\n\n')}\n`;
}

function sourceOf({ url }: { readonly url: string }): string {
  return url.replace(/^git\+/, '').replace(/\.git$/, '');
}

/** The comment that a source file begins with, where it is about rights. */
function headerOf(source: string): readonly string[] {
  const [comment = ''] = /^\s*(?:\/\*[\s\S]*?\*\/|(?:\/\/.*\n)+)/.exec(source) ?? [];
  return /copyright/i.test(comment) ? [comment] : [];
}
