import { resolve } from 'node:path';
import { build } from 'esbuild';

const ROOT = resolve(import.meta.dirname, '..');

/** The script and the style of the page that `promote board` writes. */
export async function bundlePage(): Promise<{ readonly script: string; readonly style: string }> {
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: { board: 'src/page/main.ts', style: 'src/page/board.css' },
    outdir: 'page',
    bundle: true,
    minify: true,
    format: 'iife',
    target: ['es2023', 'chrome123', 'firefox120', 'safari17.5'],
    legalComments: 'none',
    write: false,
  });
  const text = (end: string) => outputFiles.find(({ path }) => path.endsWith(end))?.text ?? '';
  return { script: text('.js'), style: text('.css') };
}
