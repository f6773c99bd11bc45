import { expect, it } from 'vitest';
import { parseReference } from '../../src/oci/reference.ts';
import { boardReport } from '../../src/reports/board.ts';
import { isSoundEnvironment, type VerifyResult, verifyReport } from '../../src/reports/verify.ts';
import { digestNamed, environment } from '../fixtures/candidates.ts';

it('an environment that pins nothing is not sound, and its report says so', () => {
  const base = { repository: 'repo', branch: 'main', commit: 'c0ffee' };
  const empty: VerifyResult = { environment: environment(), base, targets: [], undigested: [] };
  expect(isSoundEnvironment(empty)).toBe(false);
  expect(verifyReport(empty).json).toMatchObject({ sound: false });
  expect(JSON.stringify(verifyReport(empty).blocks)).toContain('no file of qa pins an image');
});

it('an environment whose files name an image beside its pins is not sound, and its report says where', () => {
  const check = { state: 'good', summary: '', problems: [] } as const;
  const pinned = {
    image: 'api',
    digest: digestNamed('api 1'),
    repository: 'registry.example/qa/api',
    pins: ['qa/api.yaml:1'],
    checks: { image: check, evidence: check, signature: check, record: check, tags: check },
  };
  const base = { repository: 'repo', branch: 'main', commit: 'c0ffee' };
  const sound: VerifyResult = { environment: environment(), base, targets: [pinned], undigested: [] };
  const failed = { ...pinned, failure: 'refused' };
  const said = (targets: VerifyResult['targets']) =>
    /checked[^:]*: every manifest/.exec(JSON.stringify(verifyReport({ ...sound, targets }).blocks))?.[0];
  expect([said([pinned]), said([pinned, failed]), said([failed])]).toEqual([
    'checked: every manifest',
    'checked at 1 of 2 targets: every manifest',
    undefined,
  ]);
  const unheld: VerifyResult = { ...sound, unreadable: ['promote-holds.yaml cannot be read: 7:3'] };
  expect([isSoundEnvironment(sound), isSoundEnvironment(unheld)]).toEqual([true, false]);
  expect(JSON.stringify(verifyReport(unheld).blocks)).toContain('promote-holds.yaml cannot be read');
  const mention = {
    file: 'qa/api.yaml',
    line: 3,
    column: 9,
    image: 'api',
    repository: parseReference('registry.example/qa/api').repository,
    text: 'registry.example/qa/api:1.0.0',
    kind: 'told',
    cure: 'write a rule',
  } as const;
  const beside = { ...sound, mentions: [mention] };
  expect([isSoundEnvironment(sound), isSoundEnvironment(beside)]).toEqual([true, false]);
  expect(JSON.stringify(verifyReport(beside).blocks)).toContain(
    'qa/api.yaml:3:9 stays as it is: registry.example/qa/api:1.0.0',
  );
  expect(verifyReport(beside).json).toMatchObject({ sound: false, mentions: [{ line: 3, column: 9 }] });
  const board = {
    environments: ['qa'],
    rows: [],
    holds: [],
    unreadable: [],
    unread: [],
    failures: [],
    pinned: [],
  };
  const status = boardReport({ ...board, left: [{ environment: 'qa', mention }] });
  expect(JSON.stringify(status.blocks)).toContain('qa/api.yaml:3:9 stays as it is');
  expect(status.json).toMatchObject({
    mentions: [{ environment: 'qa', image: 'api', hint: 'write a rule' }],
  });
});
