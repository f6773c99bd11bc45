import { describe, expect, it } from 'vitest';
import type { AcceptedSigner } from '../../src/environments/accepted-signers.ts';
import { readTestResults } from '../../src/facts/checks/test-results.ts';
import { readUrlCheck } from '../../src/facts/checks/url-check.ts';
import { inTotoStatement } from '../../src/signing/statement.ts';
import { attach, newImage, newStore } from '../signing/counted-store.ts';
import { newSigner, trustIn } from '../signing/keys.ts';

const tester = await newSigner();
const mallory = await newSigner();
const TEST_RESULT = 'https://in-toto.io/attestation/test-result/v0.1';
const E2E = [{ name: '.github/workflows/e2e.yml' }];

async function place() {
  const store = await newStore();
  const { digest } = await newImage(store);
  const write = async (predicate: object, { signer = tester, predicateType = TEST_RESULT } = {}) => {
    const manifest = await store.manifest(digest);
    if (manifest === undefined) throw new Error('no manifest');
    await attach(store, manifest.descriptor, {
      signer,
      statement: inTotoStatement({ digest, predicateType, predicate }),
    });
  };
  const read = async () => {
    const effects = { store: () => store, trust: async () => trustIn(tester) };
    const candidate = { digest, source: { image: 'api', repository: store.name, origin: 'dev' } };
    const name = { kind: 'pattern', pattern: '.*/e2e.yml' } as const;
    return await readTestResults(effects, candidate, { kind: 'test', name, signers: [{} as AcceptedSigner] });
  };
  return { write, read };
}

describe('a signed test result', () => {
  it('counts by its signer, its configuration and its result', async () => {
    const { write, read } = await place();
    expect(await read()).toMatchObject({ kind: 'absent' });
    await write({ result: 'PASSED', configuration: E2E }, { signer: mallory });
    await write({ result: 'PASSED', configuration: [{ name: 'unit.yml' }] });
    await write({ result: 'PASSED', configuration: E2E }, { predicateType: 'https://example.com/test/v1' });
    expect(await read()).toMatchObject({ kind: 'absent' });
    await write({ result: 'PASSED', configuration: E2E, passedTests: ['checkout'], failedTests: [] });
    expect(await read()).toMatchObject({ kind: 'passed', evidence: expect.stringMatching(/^sha256:/) });
  });

  it.each([
    ['FAILED', { result: 'FAILED', configuration: E2E, failedTests: ['checkout'] }, 'FAILED, checkout'],
    ['WARNED', { result: 'WARNED', configuration: E2E }, 'WARNED'],
    ['PASSED with failed tests', { result: 'PASSED', configuration: E2E, failedTests: ['a'] }, 'PASSED, a'],
    ['nothing that is known', { result: 'ok', configuration: E2E }, 'cannot be read'],
  ])('fails that says %s, whatever passed besides', async (_, predicate, said) => {
    const { write, read } = await place();
    await write({ result: 'PASSED', configuration: E2E });
    await write(predicate);
    expect(await read()).toMatchObject({ kind: 'failed', said: expect.stringContaining(said) });
  });
});

describe('a URL', () => {
  const read = async (status: number, body: string, path = '/data/0/state', pending?: string) =>
    await readUrlCheck(
      { answer: async () => ({ status, bytes: Buffer.from(body) }) },
      { kind: 'url', url: 'https://status.example/', path, value: 'ok', pending },
      { image: 'api', digest: 'sha256:1', commit: '1', environment: 'dev' },
    );

  it.each<[string, number, string, string, string | undefined]>([
    ['the value', 200, '{"data":[{"state":"ok"}]}', 'passed', undefined],
    ['another value', 200, '{"data":[{"state":"degraded"}]}', 'failed', undefined],
    ['another type', 200, '{"data":[{"state":true}]}', 'failed', undefined],
    ['no value', 200, '{"data":[]}', 'absent', undefined],
    ['null on the way', 200, '{"data":null}', 'absent', undefined],
    ['something inherited', 200, '{"data":{"0":{}}}', 'absent', undefined],
    ['the pending value', 200, '{"data":[{"state":"running"}]}', 'pending', 'running'],
    ['404', 404, '', 'absent', undefined],
    ['503', 503, '{"data":[{"state":"ok"}]}', 'unknown', undefined],
    ['a redirect', 302, '', 'unknown', undefined],
    ['no JSON', 200, '<html>', 'unreadable', undefined],
  ])('that answers with %s', async (_, status, body, kind, pending) => {
    expect(await read(status, body, undefined, pending)).toMatchObject({ kind });
  });

  it.each(['/constructor', '/__proto__', '/a~1b', '/~0'])('has its own values alone: %s', async path => {
    const kind = path.includes('~') ? 'passed' : 'absent';
    expect(await read(200, '{"a/b":"ok","~":"ok"}', path)).toMatchObject({ kind });
  });
});
