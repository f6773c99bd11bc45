import { expect } from 'vitest';
import { digestOf } from '../../src/oci/digest.ts';
import { newSigner } from '../signing/keys.ts';

// biome-ignore lint/suspicious/noExplicitAny: what ships has no types
type Module = any;

const DIGEST = digestOf('scanned');

/** Calls of what reads scan reports, and the lists beside them. */
const SCAN_CALLS = {
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

/** Calls of what is loaded where an environment has the gate. */
export const GATE_CALLS = {
  'src/apply/read-scans.ts': SCAN_CALLS,
  'src/apply/soaks.ts': {
    readSoaking: async ({ readSoaking }: Module) => {
      const run = { environment: { from: { kind: 'build' }, gates: {} } };
      expect(await (await readSoaking(run, []))({ image: 'api' })).toBeUndefined();
    },
  },
  'src/environments/calendar.ts': {
    readCalendar: ({ readCalendar }: Module) => {
      const now = new Date('2026-01-01T00:00:00Z');
      const lines = [
        'BEGIN:VCALENDAR',
        'VERSION:2.0',
        'PRODID:-//tester//EN',
        'BEGIN:VEVENT',
        'UID:1',
        'DTSTAMP:20260101T000000Z',
        'DTSTART:20260201T000000Z',
        'DTEND:20260202T000000Z',
        'SUMMARY:Moving day',
        'END:VEVENT',
        'END:VCALENDAR',
      ];
      const { spans } = readCalendar(`${lines.join('\r\n')}\r\n`, { now, timezone: 'UTC' });
      expect(spans).toMatchObject([{ summary: 'Moving day' }]);
    },
  },
};

/** Calls the verification of cosign's `.att` with what is no envelope. */
export async function refusesAttestation({ verifyLegacyAttestation }: Module): Promise<void> {
  const { trust } = await newSigner();
  const layer = { bytes: Buffer.from('{}'), annotations: {} };
  expect(await verifyLegacyAttestation(layer, { trust, digest: DIGEST })).toMatchObject({
    reason: 'not-an-envelope',
  });
}
