import { expect } from 'vitest';
import { digestOf } from '../../src/oci/digest.ts';
import { newSigner } from '../signing/keys.ts';

// biome-ignore lint/suspicious/noExplicitAny: what ships has no types
type Module = any;

const DIGEST = digestOf('scanned');

/** Calls of what reads scan reports, and the lists beside them. */
export const SCAN_CALLS = {
  readImageScans: async ({ readImageScans }: Module) => {
    const store = { name: 'registry.example/api', manifest: async () => undefined };
    const effects = { store: () => store, trust: async () => undefined };
    const candidate = { digest: DIGEST, source: { repository: store.name }, targets: [] };
    const read = readImageScans(effects, candidate, { signers: [] });
    await expect(read).rejects.toMatchObject({ code: 'NOT_FOUND' });
  },
  readScanData: async ({ readScanData }: Module) =>
    expect(await readScanData({ environment: { gates: {} }, files: {} })).toMatchObject({ kind: 'read' }),
};

/** Calls the verification of cosign's `.att` with what is no envelope. */
export async function refusesAttestation({ verifyLegacyAttestation }: Module): Promise<void> {
  const { trust } = await newSigner();
  const layer = { bytes: Buffer.from('{}'), annotations: {} };
  expect(await verifyLegacyAttestation(layer, { trust, digest: DIGEST })).toMatchObject({
    reason: 'not-an-envelope',
  });
}
