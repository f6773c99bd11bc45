import { expect, it } from 'vitest';
import { digestOf, shortDigest } from '../../src/oci/digest.ts';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import type { RefreshGroup } from '../../src/plan/refresh/refresh-plan.ts';
import { BODY_LIMIT } from '../../src/reports/pull-request.ts';
import { refreshBody } from '../../src/reports/refresh-body.ts';
import type { DescribedImage, RefreshedImage } from '../../src/reports/refresh-images.ts';

const [OLD, NEW] = [digestOf('old'), digestOf('new')];
const repository = parseRepositoryName('node');

const described = (changes: Partial<DescribedImage>): DescribedImage => ({
  kind: 'described',
  digest: OLD,
  platforms: ['linux/amd64', 'linux/arm64'],
  size: 42_000_000,
  layers: 5,
  diffIds: [],
  annotations: {},
  labels: {},
  ...changes,
});

function image(before: Partial<DescribedImage>, after: Partial<DescribedImage>): RefreshedImage {
  return {
    update: { repository, from: { tag: '20', digest: OLD }, tag: '20', digest: NEW, target: { digest: NEW } },
    before: described(before),
    after: described({ digest: NEW, ...after }),
    places: ['Dockerfile:3', 'compose.yaml:7'],
  };
}

const group = { name: 'node', plan: { digest: digestOf('plan') } } as RefreshGroup;
const body = (...images: readonly RefreshedImage[]) => refreshBody(group, images);

const deb = (name: string, version: string) => ({ name, version, type: 'deb' });
const OF = 'org.opencontainers.image';

it('explains a refresh', () => {
  const before = {
    created: '2024-05-01T00:00:00.000Z',
    os: 'Debian GNU/Linux 12 (bookworm)',
    packages: [deb('openssl', '3.0.11'), deb('curl', '8.1')],
    annotations: { [`${OF}.source`]: 'https://github.com/nodejs/docker-node', [`${OF}.revision`]: 'aaaaaaa' },
  };
  const after = {
    created: '2024-06-01T00:00:00.000Z',
    size: 43_500_000,
    platforms: ['linux/amd64', 'linux/riscv64'],
    os: 'Debian GNU/Linux 13 (trixie)',
    packages: [deb('openssl', '3.0.13'), deb('wget', '1.24')],
    annotations: {
      [`${OF}.source`]: 'https://github.com/nodejs/docker-node',
      [`${OF}.revision`]: 'bbbbbbb',
      [`${OF}.url`]: 'https://hub.docker.com/_/node',
    },
  };
  const signature = { kind: 'verified', by: 'release@example.com (https://accounts.example.com)' } as const;
  expect(
    body({ ...image(before, after), signature })
      .replaceAll('\u200b', '')
      .split('\n'),
  ).toEqual([
    '> [!WARNING]',
    '> node:20 has no image for linux/arm64 any more.',
    '',
    '**Updates node:20.**',
    '',
    '| image | from | to | created | size | layers | platforms |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    `| node | 20 \`${shortDigest(OLD)}\` | **20** \`${shortDigest(NEW)}\` | 2024\\-05\\-01 → 2024\\-06\\-01 | 42.0 MB → 43.5 MB | 5 | lost linux/arm64<br>gained linux/riscv64 |`,
    '',
    '### node:20',
    '',
    `- from \`${OLD}\``,
    `- to \`${NEW}\``,
    '- operating system: Debian GNU/Linux 12 (bookworm) → Debian GNU/Linux 13 (trixie)',
    '- signed by release@example.com (https://accounts.example.com)',
    '- [changes](https://github.com/nodejs/docker-node/compare/aaaaaaa...bbbbbbb), [source](https://github.com/nodejs/docker-node), [home page](https://hub.docker.com/_/node)',
    '- Dockerfile:3',
    '- compose.yaml:7',
    '',
    '<details><summary>packages: 1 changed, 1 added, 1 removed</summary>',
    '',
    '| package | from | to |',
    '| --- | --- | --- |',
    '| openssl | 3.0.11 | 3.0.13 |',
    '| wget |  | 1.24 |',
    '| curl | 8.1 |  |',
    '',
    '</details>',
    '',
    '### What happens',
    '',
    'Once it is merged, the files name the new images.',
    '',
    '### Decline',
    '',
    'Close it unmerged: its images are proposed again once a tag names others.',
    '',
    `Plan \`${group.plan.digest}\``,
  ]);
});

it.each([
  [{ kind: 'unverified' }, 'signed, not verified'],
  [{ kind: 'none' }, 'not signed'],
] as const)('tells of a signature that is %j', (signature, text) => {
  expect(body({ ...image({}, {}), signature })).toContain(`- ${text}\n`);
});

it('says nothing of packages unless both images have an SBOM', () => {
  expect(body(image({}, { packages: [deb('curl', '8')] }))).not.toContain('package');
  expect(body(image({ packages: [deb('curl', '8')] }, { packages: [deb('curl', '8')] }))).toContain(
    '- packages: none changed',
  );
});

it('lets nothing that an image says of itself act on the forge', () => {
  const evil =
    '</details>\n# @acme/everyone <img src=x> [x](https://evil.example) closes #1 `a` | ::set-output name=x::y';
  const text = body(
    image(
      { packages: [deb(evil, evil)], os: evil },
      {
        packages: [deb(evil, `${evil}2`)],
        os: `${evil} 2`,
        platforms: [evil],
        annotations: { [`${OF}.url`]: 'https://evil.example/)](https://b.example)|<img>' },
      },
    ),
  );
  const others = text.replaceAll('https://evil.example/%29]%28https://b.example%29%7C%3Cimg%3E', '');
  expect(others).not.toMatch(/(?<!\\)<(?!\/?details|\/?summary|br>)/);
  expect(others).not.toMatch(/(?<![\w\u200b])@\w/);
  expect(others.match(/<\/details>/g)).toHaveLength(1);
  expect(others).not.toMatch(/#\d|::set-output|(?<!\\)\]\(https:\/\/evil/);
  expect(text.split('\n').filter(line => line.startsWith('# '))).toEqual([]);
});

it('counts what has no room, and keeps what comes first', () => {
  const packages = (version: string) =>
    Array.from({ length: 5000 }, (_, index) => deb(`package-${index}-${'x'.repeat(50)}`, version));
  const many = Array.from({ length: 12 }, () =>
    image({ packages: packages('1') }, { packages: packages('2') }),
  );
  const text = body(...many);
  expect(text.length).toBeLessThan(BODY_LIMIT);
  expect(text.match(/\| \d+ more \|/g)).toHaveLength(12);
  expect(text).toContain('5000 changed, 0 added, 0 removed');
  expect(text).toContain(group.plan.digest);
  const crowd = body(...Array.from({ length: 400 }, () => image({}, {})));
  expect(crowd.length).toBeLessThan(BODY_LIMIT);
  expect(crowd).toMatch(/\d+ more images/);
});

it('ends with a link to the run, where there is one', () => {
  const runUrl = 'https://forge.example/runs/7';
  expect(
    refreshBody(group, [image({}, {})], { runUrl }).endsWith(`[The run that wrote this](${runUrl})`),
  ).toBe(true);
});
