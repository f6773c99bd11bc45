import { execFile } from 'node:child_process';
import { globSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import semver from 'semver';
import { released } from './release/changelog.ts';
import { DOCUMENTS, releasedDocument, repositoryAt } from './release/documents.ts';

// npm run release -- <version>: version, changelog and the places of the documents in one commit on main, from which the
// workflow releases.
const ROOT = resolve(import.meta.dirname, '..');
const run = async (program: string, ...args: readonly string[]) =>
  (await promisify(execFile)(program, [...args], { cwd: ROOT })).stdout.trim();

const [version = ''] = process.argv.slice(2);
const { version: present } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
if (semver.valid(version) !== version || !semver.gt(version, present) || semver.prerelease(version)) {
  throw new Error(`usage: npm run release -- <version>, newer than ${present} and no pre-release`);
}
if ((await run('git', 'branch', '--show-current')) !== 'main') throw new Error('switch to main first');
if ((await run('git', 'status', '--porcelain')) !== '') throw new Error('commit what is changed first');
if ((await run('git', 'ls-remote', '--tags', 'origin', `v${version}`)) !== '') {
  throw new Error(`v${version} is released already`);
}

const last = await run('git', 'describe', '--tags', '--abbrev=0', '--match', 'v*.*.*').catch(() => '');
const range = last === '' ? ['HEAD'] : [`${last}..HEAD`];
const subjects = (await run('git', 'log', '--first-parent', '--no-merges', '--format=%s', ...range)).split(
  '\n',
);
const path = join(ROOT, 'CHANGELOG.md');
const date = new Date().toISOString().slice(0, 10);
await writeFile(path, released(await readFile(path, 'utf8'), version, date, subjects));
const repository = repositoryAt(await run('git', 'remote', 'get-url', 'origin'));
for (const document of globSync(DOCUMENTS, { cwd: ROOT })) {
  const file = join(ROOT, document);
  await writeFile(file, releasedDocument(await readFile(file, 'utf8'), repository));
}
// From here on the rules of templates know our names, and npm compares the address with the provenance.
await run('npm', 'pkg', 'set', `repository.url=git+https://github.com/${repository}.git`);
await run('npm', 'version', version, '--no-git-tag-version', '--allow-same-version');
await run('git', 'commit', '--all', '--message', `Release ${version}`);
await run('git', 'push', 'origin', 'main');
process.stdout.write(`pushed Release ${version}: the workflow Release does the rest\n`);
