import { expect, it } from 'vitest';
import { readBoard } from '../../src/commands/status.ts';
import { PromoteError } from '../../src/errors.ts';
import type { Repository } from '../../src/git/repository.ts';
import { boardReport } from '../../src/reports/board.ts';
import { render } from '../../src/reports/render.ts';
import type { Effects } from '../../src/run/effects.ts';
import { digestNamed, environments } from '../fixtures/candidates.ts';

const DIGEST = digestNamed('api 1');

function effects(files: Readonly<Record<string, string>>, fails = false): Effects {
  const paths = Object.keys(files);
  const repository = {
    name: 'gitops',
    head: async () => {
      if (fails) throw new PromoteError('UNREACHABLE', 'gitops: no route to the host');
      return { branch: 'main', commit: 'a'.repeat(40) };
    },
    tree: async () => new Map(),
    list: async () => paths.map(path => ({ path, blob: path, mode: '100644' })),
    read: async (blobs: readonly string[]) => new Map(blobs.map(blob => [blob, files[blob] ?? ''])),
  } as unknown as Repository;
  return { repository: async () => repository, now: () => new Date(0) } as unknown as Effects;
}

const GOOD = `image:\n  repository: registry.example/qa/api\n  tag: 1.0.0@${DIGEST}\n`;
const BROKEN = 'image: { repository: registry.example/qa/api, tag: [\n';

it('shows what the readable files pin, and names the one that is not', async () => {
  const board = await readBoard(effects({ 'qa/api.yaml': GOOD, 'qa/web.yaml': BROKEN }), environments());
  expect(board.unread).toMatchObject([{ environment: 'qa', file: 'qa/web.yaml' }]);
  const api = board.rows.find(({ image }) => image === 'api');
  expect(api?.cells).toMatchObject([{ pinned: [] }, { pinned: [{ digest: DIGEST }], relation: 'unread' }]);
  const text = render(boardReport(board), 'text', false);
  expect(text).toContain('qa/web.yaml');
  expect(text).toContain(' ?');
});

it.each([
  [`1.0.0@${DIGEST}`, `1.0.0@${DIGEST}`, 'same'],
  [`1.0.0@${DIGEST}`, `1.0.0@${digestNamed('another')}`, 'behind'],
  ['1.0.0', `1.0.0@${DIGEST}`, 'unknown'],
  ['1.0.0', '1.0.0', 'unknown'],
  ['1.0.0', '1.1.0', 'tag'],
  ['1.0.0', `1.1.0@${DIGEST}`, 'tag'],
])('compares %s with the pin %s of the environment before: %s', async (tag, before, relation) => {
  const values = (environment: string, pinned: string) =>
    `image:\n  repository: registry.example/${environment}/api\n  tag: "${pinned}"\n`;
  const files = { 'dev/api.yaml': values('dev', before), 'qa/api.yaml': values('qa', tag) };
  const { rows } = await readBoard(effects(files), environments());
  const cells = rows.find(({ image }) => image === 'api')?.cells;
  expect(cells?.map(one => [one.environment, one.relation])).toEqual([
    ['dev', 'entry'],
    ['qa', relation],
  ]);
});

it('shows an environment whose repository is out of reach as not read', async () => {
  const board = await readBoard(effects({}, true), environments());
  expect(board.failures.map(({ error }) => error.code)).toEqual(['UNREACHABLE', 'UNREACHABLE']);
});
