import { beforeAll, expect, it } from 'vitest';
import type { Bundle } from '../../scripts/bundle.ts';
import { bundled } from './bundled.ts';

type Outputs = Bundle['metafile']['outputs'];

/** Bytes that `promote apply` reads before anything optional: 5 % above what they were when this began to be held. */
const RUN = 2_735_000;

/** Bytes on top of that, read only where the feature is used. */
const OPTIONAL: Readonly<Record<string, number>> = {
  'src/environments/calendar.ts': 120_000,
  // With every kind of object that the API of Kubernetes has.
  'src/commands/running/cluster.ts': 1_760_000,
  // What it shares with the checks is a chunk of its own, which costs the names between the two.
  'src/facts/soaks.ts': 8_500,
  'src/facts/soak-begins.ts': 2_500,
  'src/facts/checks/checks.ts': 22_000,
  'src/facts/checks/rollout.ts': 14_000,
  // With GitHub's history, which the forge reads by as well.
  'src/forges/github/checked-commits.ts': 9_000,
  'src/facts/read-approvals.ts': 12_000,
  'src/apply/any-source.ts': 8_000,
  'src/apply/fill-backup.ts': 8_500,
  // With the library that compares texts.
  'src/reports/plan-report.ts': 21_000,
  // With what reads the facts of an image.
  'src/facts/read-platforms.ts': 12_000,
  'src/images/platform-manifests.ts': 12_000,
  'src/apply/carry-several.ts': 6_000,
  'src/apply/late-evidence.ts': 6_000,
  'src/facts/overrides.ts': 5_000,
  'src/facts/read-calendars.ts': 3_000,
  'src/run/record-pinned.ts': 4_000,
  'src/apply/rollback/preflight.ts': 8_000,
  'src/apply/rollback/roll-back-pins.ts': 8_000,
  'src/facts/repair-sources.ts': 8_000,
  'src/facts/read-predecessor.ts': 20_000,
  'src/facts/summarise.ts': 20_000,
  'src/run/notify/events.ts': 5_000,
  'src/facts/read-scans.ts': 80_000,
  'src/proposals/image-evidence.ts': 30_000,
  'src/images/claimed-signers.ts': 134_000,
  'src/images/judge-provenance.ts': 150_000,
  'src/proposals/vulnerability-change.ts': 56_000,
  'src/proposals/comment-reviews.ts': 5_000,
  'src/forges/github/pull-requests/comments.ts': 8_000,
  // With what it shares with the forges, none of which every run reads.
  'src/git/executable/open.ts': 32_000,
  'src/git/executable/write-commit.ts': 5_000,
  'src/git/isomorphic/open.ts': 400_000,
  'src/forges/forgejo/opened.ts': 70_000,
  'src/forges/gitlab/opened.ts': 70_000,
  'src/forges/gitlab/pull-requests/merge.ts': 12_000,
  'src/forges/github/builds.ts': 22_000,
  'src/forges/gitlab/builds.ts': 22_000,
  'src/forges/github/branch-guard.ts': 6_000,
  'src/forges/github/branch-rules.ts': 4_000,
  'src/forges/github/client.ts': 210_000,
  'src/forges/github/opened.ts': 85_000,
  'src/registry/evidence/apart.ts': 5_000,
  'src/registry/auth/credentials-helper.ts': 5_000,
  'src/registry/auth/cloud/logins.ts': 5_000,
  'src/registry/auth/cloud/ecr.ts': 800_000,
  'src/registry/auth/cloud/google.ts': 300_000,
  'src/registry/auth/cloud/azure.ts': 650_000,
  'src/registry/auth/cloud/oracle.ts': 9_000,
  'src/registry/auth/cloud/oracle-instance.ts': 9_000,
  'src/registry/auth/cloud/ibm.ts': 6_000,
  'src/signing/sigstore-bundle.ts': 60_000,
  'src/signing/encrypted-key.ts': 20_000,
  'src/signing/authenticate.ts': 140_000,
  'src/signing/accept.ts': 140_000,
  'src/signing/verify-legacy.ts': 140_000,
  'src/signing/kms/transit.ts': 10_000,
  'src/signing/kms/aws.ts': 800_000,
  'src/signing/kms/google.ts': 300_000,
  'src/signing/kms/azure.ts': 650_000,
  'src/signing/kms/kubernetes.ts': 5_000,
  'src/signing/trusted-root.ts': 135_000,
  'src/signing/public-root.ts': 280_000,
};

/** The same for a command or an action, as the sum of its own. */
const COMMAND = 400_000;

let outputs: Outputs;
beforeAll(async () => {
  outputs = (await bundled()).metafile.outputs;
});

it('reads little from disk where nothing optional is used', () => {
  expect(sizeOf(base())).toBeLessThan(RUN);
});

it('has a size for everything that is loaded lazily, and keeps it', () => {
  const read = base();
  const lazy = Object.entries(outputs).flatMap(([path, { entryPoint }]) =>
    entryPoint === undefined || read.has(path) ? [] : [[path, entryPoint] as const],
  );
  const optional = lazy.filter(([, source]) => !/^src\/(cli|action|index\.ts)/.test(source));
  expect(optional.map(([, source]) => source).sort()).toEqual(Object.keys(OPTIONAL).sort());
  for (const [path, source] of lazy) {
    const own = new Set([...reachable(path)].filter(file => !read.has(file)));
    expect([source, sizeOf(own)]).toEqual([
      source,
      expect.toSatisfy(size => size < (OPTIONAL[source] ?? COMMAND)),
    ]);
  }
});

function base(): ReadonlySet<string> {
  // Loaded lazily, and by every run that reads an environments file and asks a registry.
  const always = ['src/environments/parse.ts', 'src/http/dispatcher.ts'];
  const sources = ['src/cli/bin.ts', 'src/cli/main.ts', 'src/cli/apply.ts', ...always];
  const paths = Object.keys(outputs).filter(path => sources.includes(outputs[path]?.entryPoint ?? ''));
  expect(paths.length).toBe(sources.length);
  return new Set(paths.flatMap(path => [...reachable(path)]));
}

/** A file and all that it loads at once. */
function reachable(path: string, seen: Set<string> = new Set()): ReadonlySet<string> {
  const output = outputs[path];
  if (output === undefined || seen.has(path)) return seen;
  seen.add(path);
  for (const { kind, path: next } of output.imports) if (kind === 'import-statement') reachable(next, seen);
  return seen;
}

function sizeOf(paths: ReadonlySet<string>): number {
  return [...paths].reduce((sum, path) => sum + (outputs[path]?.bytes ?? 0), 0);
}
