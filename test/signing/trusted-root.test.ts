import { expect, it } from 'vitest';
import { z } from 'zod';
import seeds from '../../node_modules/@sigstore/tuf/seeds.json' with { type: 'json' };
import { parseTrustedRoot } from '../../src/signing/trusted-root.ts';

const seed = z.object({ targets: z.object({ 'trusted_root.json': z.string() }) });
const { targets } = seed.parse(Object.values(seeds)[0]);
const PUBLIC = Buffer.from(targets['trusted_root.json'], 'base64').toString();

it("reads the public Sigstore's trusted root whole", () => {
  const { certificateAuthorities, tlogs, ctlogs } = parseTrustedRoot(PUBLIC);
  expect([certificateAuthorities.length, tlogs.length, ctlogs.length]).toEqual([2, 2, 2]);
  expect(tlogs[0]).toMatchObject({ baseURL: 'https://rekor.sigstore.dev' });
});

it.each([
  'null',
  '{}',
  '[]',
  '"text"',
  'no JSON',
  '{"mediaType":5}',
  without('logId'),
  without('publicKey'),
  without('certChain'),
  PUBLIC.replace('SHA2_256', 'WHAT'),
  PUBLIC.replace(/"rawBytes": *"[^"]{4}/, '"rawBytes":"AAAA'),
])('says that it is none, and no fault of the program: %j', text => {
  expect(() => parseTrustedRoot(text)).toThrow(expect.objectContaining({ code: 'KEY' }));
});

/** The public one, with a key that its parts must have renamed. */
function without(name: string): string {
  return PUBLIC.replace(`"${name}"`, '"other"');
}
