import { expect, it } from 'vitest';
import { checkAttestingKeys } from '../../src/commands/doctor/check-signers.ts';
import type { Gates } from '../../src/environments/gates/gates.ts';
import { vulnerabilities } from '../../src/environments/gates/vulnerabilities.ts';
import { PromoteError } from '../../src/errors.ts';
import type { Effects } from '../../src/run/effects.ts';
import { environment, environments } from '../fixtures/candidates.ts';
import { newSigner } from '../signing/keys.ts';

const own = await newSigner();
const other = await newSigner();
const SIGNING = {
  by: { kind: 'key', key: 'env://KEY' },
  trusted: [],
  formats: ['bundle'],
} as const;

/** The keys by their names in the file; one is not at hand. */
const effects: Pick<Effects, 'signing' | 'trust'> = {
  signing: async () => ({ trust: own.trust, formats: ['bundle'], signer: async () => own }),
  trust: async ({ signer }) => {
    if (signer.kind !== 'key' || signer.key === 'lost.pub') throw new PromoteError('KEY', 'it is not there');
    return signer.key === 'cosign.pub' ? own.trust : other.trust;
  },
};

const key = (name: string) => ({ kind: 'key', key: name }) as const;
const accepted = (name: string) => ({ signer: key(name), images: [], children: false });
const scanned = (signers: string, vex = 'author.pub') =>
  vulnerabilities.normalise({ max: 'high', signers: { key: signers }, vex: { signers: { key: vex } } });
const approved = (name: string): Gates['approval'] => ({
  by: 'signature',
  count: 1,
  users: [],
  teams: [],
  signed: { count: 1, maxAge: 1, signers: [{ name: 'ada', signers: [key(name)] }] },
});
const tested = (name: string): Gates['checks'] => [
  {
    what: { kind: 'test', name: { kind: 'exact', text: 'e2e' }, signers: [accepted(name)] },
    timeout: '24h',
    images: [],
  },
];

it.each<[string, Partial<Gates>, readonly string[]]>([
  ['reports by it', { vulnerabilities: scanned('cosign.pub') }, ['gates.vulnerabilities']],
  ['VEX by it', { vulnerabilities: scanned('scanner.pub', 'cosign.pub') }, ['gates.vulnerabilities']],
  ['test results by it', { checks: tested('cosign.pub') }, ['gates.checks']],
  ['approvals by it', { approval: approved('cosign.pub') }, ['gates.approval']],
  ['reports by another key', { vulnerabilities: scanned('scanner.pub'), checks: tested('test.pub') }, []],
  ['a key that is not at hand', { vulnerabilities: scanned('lost.pub') }, []],
  ['nothing', {}, []],
])('of a key that signs images, under another name: %s', async (_, gates, subjects) => {
  const file = { ...environments(), environments: [environment({ gates, signing: SIGNING })] };
  const found = await checkAttestingKeys(effects, file);
  expect(found.map(({ severity, subject }) => [severity, subject])).toEqual(
    subjects.map(subject => ['error', `environments.qa.${subject}`]),
  );
});
