import { execFile } from 'node:child_process';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { generateDtsBundle } from 'dts-bundle-generator';
import { walkUsagesOnce } from './usages.ts';

const ROOT = resolve(import.meta.dirname, '../..');

/** What consumers have: every other package is bundled, and nothing of it may be named. */
const GIVEN = /^node:/;

/** The declarations of all that the library exports as one file that names Node's own modules alone. */
export async function rollUpTypes(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'promote-types-'));
  try {
    const tsc = [
      join(ROOT, 'node_modules/typescript/bin/tsc'),
      '-p',
      import.meta.dirname,
      '--outDir',
      directory,
    ];
    await promisify(execFile)(process.execPath, tsc);
    await symlink(join(ROOT, 'node_modules'), join(directory, 'node_modules'));
    const config = join(directory, 'tsconfig.json');
    await writeFile(config, JSON.stringify({ compilerOptions: OPTIONS, files: ['index.d.ts'] }));
    const entry = {
      filePath: join(directory, 'index.d.ts'),
      output: { noBanner: true, exportReferencedTypes: false },
    };
    walkUsagesOnce();
    const [text = ''] = generateDtsBundle([entry], { preferredConfigPath: config });
    assertWhole(text);
    return text;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** How the declarations are read; those of bundled libraries are replaced. */
const OPTIONS = {
  module: 'nodenext',
  target: 'esnext',
  lib: ['esnext', 'dom'],
  strict: true,
  skipLibCheck: true,
  types: ['node'],
  paths: Object.fromEntries(
    ['@sigstore/bundle', '@sigstore/verify'].map(name => [
      name,
      [join(import.meta.dirname, 'sigstore.d.ts')],
    ]),
  ),
};

function assertWhole(text: string): void {
  const named = [...text.matchAll(/(?:from |import\()['"]([^'"]+)['"]/g)].map(([, name = '']) => name);
  const missing = named.filter(name => !GIVEN.test(name));
  if (missing.length > 0) throw new Error(`the types name what is not published: ${missing.join(', ')}`);
}
