import { expect } from 'vitest';
import { digestOf } from '../../src/oci/digest.ts';
import { newSigner } from '../signing/keys.ts';
import { RUN_CALLS } from './run-calls.ts';

// biome-ignore lint/suspicious/noExplicitAny: what ships has no types
type Module = any;

const DIGEST = digestOf('scanned');

/** Calls of what reads scan reports, and the lists beside them. */
const SCAN_CALLS = {
  readImageScans: async ({ readImageScans }: Module) => {
    const store = { name: 'registry.example/api', manifest: async () => undefined };
    const effects = { store: () => store, trust: async () => undefined };
    const candidate = { digest: DIGEST, source: { repository: store.name }, targets: [] };
    const read = readImageScans(effects, candidate, { signers: [], vexSigners: [] });
    await expect(read).rejects.toMatchObject({ code: 'NOT_FOUND' });
  },
  judgeImageScans: async ({ judgeImageScans }: Module) => {
    const store = { name: 'registry.example/api', manifest: async () => undefined };
    const effects = { store: () => store, trust: async () => undefined };
    const candidate = { image: 'api', digest: DIGEST, source: { repository: store.name }, targets: [] };
    const judged = judgeImageScans(effects, candidate, { signers: [], vexSigners: [] }, { kind: 'read' });
    await expect(judged).rejects.toMatchObject({ code: 'NOT_FOUND' });
  },
  readScanData: async ({ readScanData }: Module) =>
    expect(await readScanData({ environment: { gates: {} }, files: {} })).toMatchObject({ kind: 'read' }),
};

/** Calls of what is loaded where an environment has the gate. */
export const GATE_CALLS = {
  ...RUN_CALLS,
  'src/run/notify/events.ts': {
    eventsOf: ({ eventsOf }: Module) => {
      const happened = {
        environment: 'production',
        repository: 'x',
        time: new Date(0),
        results: [],
        changes: [],
      };
      expect(eventsOf({ ...happened, failure: 'it broke' })).toMatchObject([{ reason: 'it broke' }]);
    },
  },
  'src/images/judge-provenance.ts': {
    judgeProvenance: async ({ judgeProvenance }: Module) => {
      const store = { name: 'registry.example/api', manifest: async () => undefined };
      const search = { store, digest: DIGEST, referrers: [], trust: (await newSigner()).trust };
      expect(await judgeProvenance(search, {})).toMatchObject({ code: 'no-provenance' });
    },
    judgeVerified: ({ judgeVerified }: Module) => {
      const statement = { predicateType: 'x', predicate: {}, subject: [] };
      expect(judgeVerified({ by: { kind: 'key' }, statement }, {})).toMatchObject({ code: 'not-provenance' });
    },
    verifyProvenances: async ({ verifyProvenances }: Module) => {
      const store = { name: 'registry.example/api', manifest: async () => undefined };
      const search = { store, digest: DIGEST, referrers: [], trust: (await newSigner()).trust };
      expect(await Array.fromAsync(verifyProvenances(search))).toEqual([]);
    },
  },
  'src/facts/read-scans.ts': SCAN_CALLS,
  'src/proposals/vulnerability-change.ts': {
    readVulnerabilityChange: async ({ readVulnerabilityChange }: Module) => {
      const store = { name: 'registry.example/api', head: async () => undefined };
      const effects = { store: () => store, trust: async () => undefined };
      const candidate = { digest: DIGEST, source: { repository: store.name }, targets: [] };
      const read = readVulnerabilityChange(effects, { signers: [] }, candidate, DIGEST);
      expect(await read).toMatchObject({ kind: 'unknown', reason: expect.stringContaining('not there') });
    },
  },
  'src/facts/read-approvals.ts': {
    loadApprovers: async ({ loadApprovers }: Module) => expect(await loadApprovers({}, [])).toEqual([]),
    readAttached: async ({ readAttached }: Module) => expect(await readAttached({}, [])).toEqual([]),
    verifyAll: async ({ verifyAll }: Module) => {
      const bundle = { place: 'a file', isGiven: true, read: Buffer.from('{}') };
      expect(await verifyAll([], [bundle])).toMatchObject([{ refusal: 'a file: is no approval' }]);
    },
    readApprovals: async ({ readApprovals }: Module) => {
      const run = { effects: {}, request: { approvedBy: [] }, environment: {}, files: {} };
      expect(await readApprovals(run, { signers: [] }, [], 'promotion')).toMatchObject({ found: [] });
    },
  },
  'src/facts/repair-sources.ts': {
    findRepairSources: async ({ findRepairSources }: Module) => {
      const run = { environments: { images: [] }, environment: { from: { kind: 'build' } } };
      expect(await findRepairSources(run, [])).toEqual([]);
    },
  },
  'src/facts/read-predecessor.ts': {
    predecessorReader: async ({ predecessorReader }: Module) => {
      const run = { environments: {}, environment: { from: { kind: 'build' }, gates: {} } };
      expect(await predecessorReader(run)({ image: 'api' })).toBeUndefined();
    },
  },
  'src/facts/summarise.ts': {
    hasSummary: async ({ hasSummary }: Module) => {
      const search = { store: {}, digest: DIGEST, referrers: [], trust: (await newSigner()).trust };
      expect(await hasSummary(search, { environment: 'qa', repository: 'x' })).toBe(false);
    },
    summarise: async ({ summarise }: Module) => {
      const store = { name: 'x', referrers: async () => Promise.reject(new Error('asked')) };
      const task = { decision: {}, plan: { digest: DIGEST, kind: 'promotion' } };
      const arrival = { candidate: { digest: DIGEST }, target: { repository: 'x' }, content: {} };
      const run = { effects: { store: () => store }, environment: {} };
      await expect(summarise(run, task, arrival, {})).rejects.toThrow('asked');
    },
  },
  'src/facts/soak-begins.ts': {
    soakBegins: async ({ soakBegins }: Module) => {
      const effects = { pods: async () => ({ text: '{}', name: 'the cluster' }) };
      const begins = await soakBegins({ effects, environments: {} }, { name: 'dev' }, { namespaces: [] });
      expect(await begins({ image: 'api' }, new Date())).toMatchObject({ kind: 'unknown' });
    },
  },
  'src/facts/soaks.ts': {
    readSoaking: async ({ readSoaking }: Module) => {
      const reader = await readSoaking({ files: {} }, { name: 'dev' }, 0, []);
      expect(await reader({ image: 'api' })).toBeUndefined();
    },
    readBefore: async ({ readBefore }: Module) => {
      const signing = () => Promise.reject(new Error('asked for our keys'));
      const asked = readBefore({ effects: { signing } }, { source: {} }, { name: 'dev', signing: {} });
      await expect(asked).rejects.toThrow('asked for our keys');
    },
  },
  'src/facts/checks/checks.ts': {
    readChecks: async ({ readChecks }: Module) => {
      const run = { environment: { from: { kind: 'build' }, gates: {} } };
      expect(await (await readChecks(run, []))({ image: 'api' })).toBeUndefined();
    },
  },
  'src/facts/checks/rollout.ts': {
    rolloutReader: async ({ rolloutReader }: Module) => {
      const effects = { pods: async () => ({ text: '{}', name: 'the cluster' }) };
      const read = rolloutReader({ effects, environments: {} }, { name: 'dev' });
      expect(await read({ namespaces: [] }, { image: 'api' })).toMatchObject({ kind: 'unreadable' });
    },
  },
  'src/forges/github/checked-commits.ts': {
    checkedCommits: async ({ checkedCommits }: Module) => {
      const github = { place: { owner: 'a', repo: 'b' }, pages: async () => [] };
      for await (const { commit, checks } of checkedCommits(github, '1')) {
        expect([commit, await checks('status'), await checks('pipeline')]).toEqual(['1', [], undefined]);
        break;
      }
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

/** What a pull request shows of its images. */
export const EVIDENCE_CALLS = {
  'src/commands/running/cluster.ts': {
    listClusterPods: async ({ listClusterPods }: Module) => {
      const { signal } = new AbortController();
      const place = { env: {}, cwd: '/', file: 'none', namespaces: [], signal };
      await expect(listClusterPods(place)).rejects.toMatchObject({ code: 'CONFIGURATION' });
    },
  },
  'src/registry/evidence/apart.ts': {
    storesApart: async ({ storesApart }: Module) => {
      const open = (name: string) => ({ name, referrers: async () => [{ digest: `${name} ${DIGEST}` }] });
      const store = storesApart(open, new Map([['api', 'evidence']]))('api');
      expect(await store.referrers(DIGEST)).toMatchObject([
        { digest: `evidence ${DIGEST}` },
        { digest: `api ${DIGEST}` },
      ]);
    },
  },
  'src/proposals/image-evidence.ts': {
    readEvidence: async ({ readEvidence }: Module) => {
      const store = { name: 'build', head: async () => undefined, referrers: async () => [] };
      const image = { store, digest: digestOf('an image') };
      const asked = { trust: async () => undefined, before: async () => undefined };
      const read = await readEvidence({ log() {} }, image, undefined, asked);
      expect(read).toEqual({ signers: { kind: 'none' } });
    },
    readNotes: async ({ readNotes }: Module) => {
      const releaseNotes = async (_: string, tag: string) => ({ text: tag });
      const notes = await readNotes({ releaseNotes, log() {} }, 'https://forge.example/a/b', '1.0');
      expect(notes).toEqual({ text: 'v1.0' });
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
