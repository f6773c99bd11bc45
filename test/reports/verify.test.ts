import { expect, it } from 'vitest';
import { isSoundEnvironment, type VerifyResult, verifyReport } from '../../src/reports/verify.ts';
import { environment } from '../fixtures/candidates.ts';

it('an environment that pins nothing is not sound, and its report says so', () => {
  const base = { repository: 'repo', branch: 'main', commit: 'c0ffee' };
  const empty: VerifyResult = { environment: environment(), base, targets: [], undigested: [] };
  expect(isSoundEnvironment(empty)).toBe(false);
  expect(verifyReport(empty).json).toMatchObject({ sound: false });
  expect(JSON.stringify(verifyReport(empty).blocks)).toContain('no file of qa pins an image');
});
