import { expect, it } from 'vitest';
import { digestOf, shortDigest } from '../../src/oci/digest.ts';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import type { RefreshGroup } from '../../src/plan/refresh/refresh-plan.ts';
import { deployedReport } from '../../src/reports/deployed.ts';
import { refreshReport } from '../../src/reports/refresh.ts';
import type { RefreshedImage } from '../../src/reports/refresh-images.ts';
import { render } from '../../src/reports/render.ts';

const [OLD, NEW] = [digestOf('old'), digestOf('new')];
const group: RefreshGroup = {
  name: 'runtimes',
  members: [],
  images: [],
  plan: { digest: digestOf('plan') } as RefreshGroup['plan'],
};

function image(name: string, places: readonly string[]): RefreshedImage {
  const update = { repository: parseRepositoryName(name), tag: '1', digest: NEW, target: { digest: NEW } };
  return { update: { ...update, from: { tag: '1', digest: OLD } }, places };
}

it('reports each image where it is named, of many places some and their number', () => {
  const places = Array.from({ length: 23 }, (_, index) => `s${index}/Dockerfile:1`);
  const text = render(
    refreshReport([
      {
        repository: 'acme/gitops',
        commit: 'a',
        groups: [
          {
            group,
            outcome: { kind: 'opened', branch: 'b' },
            images: [image('node', ['Dockerfile:3']), image('ruby', places)],
          },
        ],
        closed: [],
        left: [
          { file: 'a/Dockerfile', line: 2, written: `go:1@${OLD}`, why: 'ignored', reason: 'for now' },
          { file: 'b/Dockerfile', line: 1, written: '$IMAGE', why: 'unresolved', reason: 'no value' },
        ],
        current: 0,
      },
    ]),
    'text',
    false,
  );
  expect(text).toContain('node:1 in Dockerfile:3\n');
  expect(text).toMatch(/ruby:1 in s0\/Dockerfile:1, .*s19\/Dockerfile:1 and 3 more\n/);
  expect(text).toMatch(new RegExp(`a/Dockerfile:2 +go:1 ${shortDigest(OLD)} +ignored +for now`));
  expect(text).toMatch(/b\/Dockerfile:1 +\$IMAGE +unresolved +no value/);
});

it('tells pinned images of one name apart, and that there is none', () => {
  const deployed = [OLD, NEW].map(digest => ({
    environment: 'production',
    image: 'api',
    reference: `ghcr.io/acme/api@${digest}`,
    digest,
    standing: { kind: 'current', base: 'debian:12' } as const,
  }));
  const text = render(deployedReport(deployed), 'text', false);
  for (const digest of [OLD, NEW]) expect(text).toContain(`api ${shortDigest(digest)}`);
  expect(render(deployedReport([]), 'text', false)).toContain('no image is pinned');
});
