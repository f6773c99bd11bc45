import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { bringHandedReports } from '../../src/cli/handed-reports.ts';
import { environmentNamed } from '../../src/environments/locate.ts';
import type { HandedReport } from '../../src/facts/bring-reports.ts';
import { bringReports } from '../../src/facts/bring-reports.ts';
import { readImageScans } from '../../src/facts/read-scans.ts';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import { loadPrivateKey } from '../../src/signing/private-key.ts';
import { keySigner, type Signer } from '../../src/signing/signer.ts';
import { readReport } from '../../src/vulnerabilities/read-report.ts';
import { createReviewWorld, REQUEST, type ReviewWorld } from '../apply/review-world.ts';
import { describeWith } from '../servers/tools.ts';
import { newPrivateKey, newSigner, toPem } from '../signing/keys.ts';

const GATE = 'max: medium, signers: { key: scanner.pub }';
const MAIN = {
  GITHUB_ACTIONS: 'true',
  GITHUB_REPOSITORY: 'acme/app',
  GITHUB_EVENT_NAME: 'push',
  GITHUB_REF: 'refs/heads/main',
  GITHUB_REF_PROTECTED: 'true',
};
const PULL = { ...MAIN, GITHUB_EVENT_NAME: 'pull_request', GITHUB_REF: 'refs/pull/3/merge' };

function scan(digest: string | undefined): string {
  return JSON.stringify({
    SchemaVersion: 2,
    ArtifactName: 'api',
    ArtifactType: 'container_image',
    CreatedAt: '2026-11-20T00:00:00Z',
    Metadata: {
      OS: { Family: 'debian', Name: '12' },
      ...(digest === undefined ? {} : { RepoDigests: [`api@${digest}`] }),
      ImageConfig: { architecture: 'amd64', os: 'linux' },
    },
    Results: [
      {
        Target: 'x',
        Class: 'os-pkgs',
        Type: 'debian',
        Vulnerabilities: [
          { VulnerabilityID: 'CVE-2026-1', PkgName: 'libc', InstalledVersion: '1', Severity: 'HIGH' },
        ],
      },
    ],
  });
}

function handed(text: string): HandedReport {
  const reading = readReport(text);
  if (reading.kind !== 'report') throw new Error(reading.kind);
  return { path: 'scan.json', json: JSON.parse(text), report: reading.report };
}

describeWith(['git'], "a job's report", () => {
  let shop: ReviewWorld;
  afterEach(async () => await shop.world.close());

  async function open(gate: string, signer?: Signer) {
    const logged: string[] = [];
    shop = await createReviewWorld([`gates: { vulnerabilities: { ${gate} } }`], signer && { signer });
    Object.assign(shop.effects, { log: (line: string) => logged.push(line) });
    await shop.release('1.0.0');
    logged.length = 0;
    const { store } = shop.effects;
    const dev = store(parseRepositoryName('oci:../dev/api'));
    return { logged, digest: (await dev.head('1.0.0'))?.digest };
  }

  async function hand(text: string, env: Readonly<Record<string, string>>) {
    const cwd = await mkdtemp(join(tmpdir(), 'promote-'));
    await writeFile(join(cwd, 'scan.json'), text);
    const { effects, environments } = shop;
    // biome-ignore lint/suspicious/noExplicitAny: nothing is printed or asked over HTTP
    const handing = { io: { cwd, env } as any, effects, environments, http: undefined as any };
    await bringHandedReports(handing, REQUEST, ['scan.json']);
  }

  it.each([
    ['where the environment takes none', GATE, MAIN, 'USAGE'],
    ['without a signer that carries it on', `${GATE}, from: [job]`, MAIN, 'CONFIGURATION'],
    ['outside of a protected branch', `${GATE}, from: [job], reportKey: env://K`, {}, 'FORBIDDEN'],
  ])('is refused %s', async (_, gate, env, code) => {
    const { digest } = await open(gate);
    await expect(hand(scan(digest), env)).rejects.toMatchObject({
      code,
      hint: expect.stringContaining('promote report attach'),
    });
  });

  it('is not signed by a key that signs images, and attached to nothing', async () => {
    const pem = toPem(newPrivateKey());
    const signer = keySigner(await loadPrivateKey(pem, () => undefined));
    const { digest = '' } = await open(`${GATE}, from: [job], reportKey: env://K`, signer);
    const dev = shop.effects.store(parseRepositoryName('oci:../dev/api'));
    const before = await dev.referrers(digest as never);
    await expect(hand(scan(digest), { ...MAIN, K: pem })).rejects.toMatchObject({
      code: 'KEY',
      message: expect.stringContaining('signs the images of'),
    });
    expect(await dev.referrers(digest as never)).toEqual(before);
  });

  it('is only shown in a run for a pull request, and attached to nothing', async () => {
    const { digest = '', logged } = await open(`${GATE}, from: [job], reportKey: env://K`);
    await hand(scan(digest), PULL);
    expect(logged).toEqual([
      expect.stringMatching(/would be closed: 1 high/),
      expect.stringMatching(/counts for nothing/),
    ]);
    const dev = shop.effects.store(parseRepositoryName('oci:../dev/api'));
    expect(await dev.referrers(digest as never)).toEqual([]);
  });

  it('is signed and attached once where the image comes from, so that later runs judge by it', async () => {
    const { digest, logged } = await open(`${GATE}, from: [job], reportKey: env://K`);
    const signer = await newSigner();
    const gate = environmentNamed(shop.environments, 'production').gates.vulnerabilities;
    if (gate === undefined || digest === undefined) throw new Error('nothing to scan');
    const bring = async (text: string) =>
      await bringReports(shop.effects, shop.environments, REQUEST, gate, { reports: [handed(text)], signer });
    await bring(scan(digest));
    await bring(scan(digest));
    expect(logged).toEqual([
      expect.stringMatching(/^scan\.json: attached to oci:/),
      expect.stringMatching(/^scan\.json: is attached already to oci:/),
    ]);
    const source = { repository: parseRepositoryName('oci:../dev/api') };
    const effects = { ...shop.effects, trust: async () => signer.trust };
    const scans = await readImageScans(effects, { image: 'api', digest, source, targets: [] }, gate);
    expect(scans.reports).toMatchObject([{ report: { findings: [{ id: 'CVE-2026-1' }] } }]);
  });

  it('is refused, and nothing attached, where it is of another image or names none', async () => {
    await open(`${GATE}, from: [job], reportKey: env://K`);
    const signer = await newSigner();
    const gate = environmentNamed(shop.environments, 'production').gates.vulnerabilities;
    if (gate === undefined) throw new Error('no gate');
    for (const digest of [undefined, `sha256:${'1'.repeat(64)}`]) {
      const reports = [handed(scan(digest))];
      const brought = bringReports(shop.effects, shop.environments, REQUEST, gate, { reports, signer });
      await expect(brought).rejects.toMatchObject({ code: 'INVALID' });
    }
  });

  it('is not taken on another branch of the deployment repository than the one that is read', async () => {
    const { digest } = await open(`${GATE}, from: [job], reportKey: env://K`);
    const signer = await newSigner();
    const gate = environmentNamed(shop.environments, 'production').gates.vulnerabilities;
    if (gate === undefined) throw new Error('no gate');
    const assertBase = () => {
      throw new Error('another branch');
    };
    const reports = [handed(scan(digest))];
    const given = { reports, signer, assertBase };
    await expect(bringReports(shop.effects, shop.environments, REQUEST, gate, given)).rejects.toThrow(
      'another',
    );
  });
});
