import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import process from 'node:process';
import { build } from 'esbuild';

/** Where the bundles go; it is emptied first. */
const [outdir = 'dist'] = process.argv.slice(2);

/** CommonJS dependencies inside an ESM bundle still ask for `require`. */
const REQUIRE =
  "import { createRequire as createRequireForBundle } from 'node:module'; const require = createRequireForBundle(import.meta.url);";

await rm(outdir, { recursive: true, force: true });
const { metafile } = await build({
  entryPoints: {
    cli: 'src/cli/bin.ts',
    index: 'src/index.ts',
    'action-promote': 'src/action/promote.ts',
    'action-status': 'src/action/status.ts',
    'action-rollback': 'src/action/rollback.ts',
    'action-refresh': 'src/action/refresh.ts',
  },
  outdir,
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  minifySyntax: true,
  minifyWhitespace: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  legalComments: 'none',
  metafile: true,
  banner: { js: REQUIRE },
});
const cli = await readFile(`${outdir}/cli.js`, 'utf8');
await writeFile(`${outdir}/cli.js`, `#!/usr/bin/env node\n${cli}`);
await chmod(`${outdir}/cli.js`, 0o755);
await writeFile(`${outdir}/LICENSES.txt`, await licenses(Object.keys(metafile.inputs)));

/** The licence text of every package that the bundle holds. */
async function licenses(inputs: readonly string[]): Promise<string> {
  const packages = new Set(
    inputs.flatMap(path => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []),
  );
  const texts = [...packages].sort().map(async directory => {
    const { name, version, license } = JSON.parse(await readFile(`${directory}/package.json`, 'utf8'));
    const names = ['LICENSE', 'LICENSE.md', 'LICENSE.txt', 'license', 'LICENSE-MIT', 'LICENCE'];
    const found = await Promise.all(
      names.map(file => readFile(`${directory}/${file}`, 'utf8').catch(() => undefined)),
    );
    return `${name} ${version} (${license})\n\n${found.find(text => text !== undefined)?.trim() ?? `Licence: ${license}`}\n`;
  });
  return (await Promise.all(texts)).join(`\n${'-'.repeat(72)}\n\n`);
}
