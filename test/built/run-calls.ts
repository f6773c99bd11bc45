import { expect } from 'vitest';

// biome-ignore lint/suspicious/noExplicitAny: what ships has no types
type Module = any;

const QA = { name: 'qa', deployment: {} };
const BACKED_UP = { environment: QA, environments: { environments: [QA], images: [] } };
const ASKED = { environment: 'qa', images: new Map() };

/** Calls of what a run loads where there is such a thing: several sources, an override, a rollback, deployments. */
export const RUN_CALLS = {
  'src/facts/overrides.ts': {
    readOverrides: async ({ readOverrides }: Module) =>
      expect(await readOverrides({ environment: { gates: {} } })).toEqual(new Map()),
  },
  'src/facts/read-calendars.ts': {
    readCalendars: async ({ readCalendars }: Module) =>
      expect(await readCalendars({ environment: { gates: {} } })).toEqual(new Map()),
    checkCalendars: async ({ checkCalendars }: Module) =>
      expect(await checkCalendars({ environment: { gates: {} } })).toEqual([]),
  },
  'src/run/record-pinned.ts': {
    recordPinned: async ({ recordPinned }: Module) => {
      const recorded = recordPinned({ effects: {} }, {}, undefined, { results: [] });
      await expect(recorded).rejects.toMatchObject({ code: 'NOT_FOUND' });
    },
  },
  'src/apply/fill-backup.ts': {
    bringFormer: async ({ bringFormer }: Module) => {
      const logged: string[] = [];
      const log = (text: string) => logged.push(text);
      await bringFormer({ ...BACKED_UP, effects: { log, repository: failing } }, ASKED);
      expect(logged).toEqual([expect.stringContaining('the backup of qa may lack')]);
    },
    findWhole: async ({ findWhole }: Module) => expect(await findWhole({ effects: {} }, [])).toBeUndefined(),
    formerImages: async ({ formerImages }: Module) =>
      await expect(
        formerImages({ effects: { repository: failing }, environment: { deployment: {} } }),
      ).rejects.toThrow('ENOENT'),
    isStopped: async ({ isStopped }: Module) =>
      await expect(isStopped({ ...BACKED_UP, effects: { repository: failing } }, ASKED)).rejects.toThrow(
        'ENOENT',
      ),
    primaries: ({ primaries }: Module) =>
      expect(primaries({ environment: { registries: [] } }, 'api')).toEqual([]),
  },
  'src/apply/carry-several.ts': {
    carrySeveral: async ({ carrySeveral }: Module) =>
      expect(await carrySeveral({ run: { request: {} }, groups: [] }, {})).toEqual(new Map()),
  },
  'src/apply/late-evidence.ts': {
    lookForLate: async ({ lookForLate }: Module) =>
      expect(await lookForLate({ run: { request: { evidence: 'none' } }, groups: [] })).toEqual([]),
    copyLate: async ({ copyLate }: Module) =>
      expect(await copyLate({ run: { request: { evidence: 'all' } }, groups: [] })).toEqual([]),
  },
  'src/facts/read-platforms.ts': {
    readPlatforms: async ({ readPlatforms }: Module) =>
      expect(await readPlatforms({ store: failing }, [], new Map())).toEqual(new Map()),
    readTargetPlatforms: async ({ readTargetPlatforms }: Module) =>
      expect(await readTargetPlatforms({ effects: { store: failing } }, [])).toEqual(new Map()),
  },
  'src/images/platform-manifests.ts': {
    platformManifests: async ({ platformManifests }: Module) => {
      const body = { schemaVersion: 2, mediaType: 'application/vnd.oci.image.index.v1+json', manifests: [] };
      const bytes = Buffer.from(JSON.stringify(body));
      expect(await platformManifests({}, { bytes, descriptor: { mediaType: body.mediaType } })).toEqual([]);
    },
  },
  'src/reports/plan-report.ts': {
    planReport: ({ planReport }: Module) => {
      const environment = { ...QA, from: { kind: 'build' } };
      const base = { repository: 'gitops', branch: 'main', commit: 'c0ffee' };
      const changes = new Map([['api.yaml', { before: 'tag: 1\n', after: 'tag: 2\n' }]]);
      const none = { groups: [], outcomes: [], evidence: [], declined: new Map() };
      const cost = { requests: new Map(), unknown: new Map() };
      const { json } = planReport({ environment, base, changes, cost, ...none });
      expect(json.diff).toContain('+tag: 2');
    },
  },
  'src/apply/any-source.ts': {
    chooseSources: async ({ chooseSources }: Module) => {
      const environment = { from: { kind: 'environments', need: 'any', names: ['eu', 'us'] } };
      const alone = async () => ({ outcomes: [], facts: { failures: new Map() } });
      const chosen = await chooseSources({}, environment, { sources: [] }, alone);
      expect(chosen).toMatchObject({ outcomes: [] });
    },
  },
  'src/apply/rollback/preflight.ts': {
    preflight: async ({ preflight }: Module) => expect(await preflight({}, [], false)).toEqual([]),
    withDigests: async ({ withDigests }: Module) =>
      expect(await withDigests({ environment: {}, environments: {} }, [])).toEqual([]),
  },
  'src/apply/rollback/roll-back-pins.ts': {
    goesOn: ({ goesOn }: Module) => expect(goesOn({ decision: { state: 'ready' } })).toBe(true),
    rollBackPins: async ({ rollBackPins }: Module) => {
      const prepared = { run: { request: {} }, decision: { state: 'nothing' } };
      expect(await rollBackPins(prepared, {})).toMatchObject({ kind: 'carried-out' });
    },
  },
};

async function failing(): Promise<never> {
  throw Object.assign(new Error('ENOENT: no such file'), { code: 'ENOENT', syscall: 'open' });
}
