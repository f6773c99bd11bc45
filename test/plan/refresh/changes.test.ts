import { describe, expect, it } from 'vitest';
import { osRelease } from '../../../src/images/os-release.ts';
import { compareSources } from '../../../src/plan/compare-sources.ts';
import { packageChanges } from '../../../src/plan/refresh/image-changes.ts';
import { imageLinks } from '../../../src/plan/refresh/image-links.ts';

it.each([
  [
    'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\n',
    'Debian GNU/Linux 12 (bookworm)',
  ],
  [
    "NAME='Alpine Linux'\r\nID=alpine\r\nVERSION_ID=3.19.1\r\nPRETTY_NAME='Alpine Linux v3.19'\r\n",
    'Alpine Linux v3.19 (3.19.1)',
  ],
  ['# a comment\nNAME=Wolfi\nVERSION_ID="20230201"\n', 'Wolfi (20230201)'],
  ['PRETTY_NAME="A \\"quoted\\" name"', 'A "quoted" name'],
  ['ID=none', undefined],
  ['', undefined],
])('an operating system is named by %j', (text, name) => {
  expect(osRelease(text)).toBe(name);
});

it('shows packages that changed, came and went, by type and name', () => {
  const deb = (name: string, version: string) => ({ name, version, type: 'deb' });
  const npm = (name: string, version: string) => ({ name, version, type: 'npm' });
  const before = [
    deb('openssl', '3.0.11'),
    deb('curl', '8.1'),
    npm('semver', '7.5'),
    npm('semver', '6.3'),
    deb('tar', '1'),
  ];
  const after = [
    npm('semver', '6.3'),
    npm('semver', '7.6'),
    deb('openssl', '3.0.13'),
    npm('tar', '6'),
    deb('curl', '8.1'),
  ];
  expect(packageChanges(before, after)).toEqual({
    changed: [
      { name: 'openssl', from: '3.0.11', to: '3.0.13' },
      { name: 'semver', from: '6.3, 7.5', to: '6.3, 7.6' },
    ],
    added: [{ name: 'tar', to: '6' }],
    removed: [{ name: 'tar', from: '1' }],
  });
});

const OLD = 'a'.repeat(40);
const NEW = 'b'.repeat(40);
const from = (source: string, revision: string) => ({
  'org.opencontainers.image.source': source,
  'org.opencontainers.image.revision': revision,
});

describe('what changed in the source is linked', () => {
  it.each([
    ['https://github.com/acme/base', 'https://github.com/acme/base/compare'],
    ['https://github.com/acme/base.git', 'https://github.com/acme/base/compare'],
    [
      `https://github.com/nodejs/docker-node.git#${OLD}:22/alpine`,
      'https://github.com/nodejs/docker-node/compare',
    ],
    ['https://gitlab.example.com/acme/base', 'https://gitlab.example.com/acme/base/-/compare'],
  ])('by %s', (source, compare) => {
    expect(compareSources(from(source, OLD), from(source, NEW))?.url).toBe(`${compare}/${OLD}...${NEW}`);
  });

  it.each([
    ['no HTTPS', from('http://github.com/acme/base', OLD), from('http://github.com/acme/base', NEW)],
    [
      'a password',
      from('https://me:secret@github.com/a/b', OLD),
      from('https://me:secret@github.com/a/b', NEW),
    ],
    ['another repository', from('https://github.com/acme/a', OLD), from('https://github.com/acme/b', NEW)],
    ['the same revision', from('https://github.com/acme/a', OLD), from('https://github.com/acme/a', OLD)],
    [
      'what is no revision',
      from('https://github.com/acme/a', OLD),
      from('https://github.com/acme/a', 'x)](//evil'),
    ],
    ['nothing', {}, {}],
  ])('but not by %s', (_, before, after) => {
    expect(compareSources(before, after)).toBeUndefined();
  });
});

it('links pages that annotations name, over HTTPS alone', () => {
  const after = {
    ...from('https://github.com/acme/base', NEW),
    'org.opencontainers.image.documentation': 'javascript:alert(1)',
    'org.opencontainers.image.url': 'https://hub.docker.com/_/node',
  };
  expect(imageLinks(undefined, after)).toEqual([
    { text: 'source', url: 'https://github.com/acme/base' },
    { text: 'home page', url: 'https://hub.docker.com/_/node' },
  ]);
  expect(imageLinks(undefined, { 'org.opencontainers.image.url': 'https://a:b@example.com/' })).toEqual([]);
});
