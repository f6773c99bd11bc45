import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buildImage, pushImage } from '../../src/demo/image.ts';
import type { Digest } from '../../src/oci/digest.ts';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import { openLayout } from '../../src/registry/layout/layout.ts';
import { runPromote } from '../built/run-promote.ts';
import { newPrivateKey, publicPem, toPem } from '../signing/keys.ts';
import { trivyReport } from '../vulnerabilities/trivy-report.ts';

/** A checkout whose environments pin images in layouts beside it, and a key that signs their scan reports. */
export interface VulnerableShop {
  readonly directory: string;
  /** The scanner's, as it is committed. */
  readonly publicKey: string;
  run(...args: readonly string[]): ReturnType<typeof runPromote>;
  write(path: string, text: string): Promise<void>;
  commit(date: string): void;
  /** Builds a version into a repository, `dev/api`. */
  build(repository: string, version: string): Promise<Digest>;
  /** Signs a report of Trivy's with the scanner's key, and attaches it. */
  scan(reference: string, manifest: Digest, created: string, found: readonly object[]): Promise<void>;
  close(): Promise<void>;
}

/** Makes one; its commands have these variables besides their own. */
export async function createVulnerableShop(
  env: Readonly<Record<string, string>> = {},
): Promise<VulnerableShop> {
  const root = await mkdtemp(join(tmpdir(), 'promote-vulnerable-'));
  const directory = join(root, 'gitops');
  const scanner = newPrivateKey();
  const store = openLayout(directory);
  const given = {
    PATH: process.env.PATH ?? '',
    HOME: root,
    GIT_AUTHOR_NAME: 'Ann',
    GIT_AUTHOR_EMAIL: 'ann@example.com',
    GIT_COMMITTER_NAME: 'Ann',
    GIT_COMMITTER_EMAIL: 'ann@example.com',
  };
  const git = (args: readonly string[], more = {}) =>
    execFileSync('git', args, { cwd: directory, env: { ...given, ...more }, stdio: 'pipe' });
  const write = async (path: string, text: string) => {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), text);
  };
  await mkdir(directory);
  git(['init', '--quiet', '--initial-branch=main']);
  await write('scanner.pub', publicPem(scanner));
  await writeFile(join(root, 'scanner.key'), toPem(scanner));
  const run: VulnerableShop['run'] = (...args) => runPromote(directory, { ...given, ...env }, [...args]);
  return {
    directory,
    publicKey: publicPem(scanner),
    run,
    write,
    commit: date => {
      git(['add', '--all']);
      git(['commit', '--quiet', '--message', 'change'], { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date });
    },
    build: async (repository, version) => {
      const image = buildImage({
        platforms: [{ os: 'linux', architecture: 'amd64' }],
        layers: [`${repository.split('/').at(-1)} ${version}`],
      });
      await pushImage(store(parseRepositoryName(`oci:../registries/${repository}`)), image, version);
      return image.index.descriptor.digest;
    },
    scan: async (reference, manifest, created, vulnerabilities) => {
      await writeFile(
        join(root, 'scan.json'),
        JSON.stringify(trivyReport({ manifest, created, vulnerabilities })),
      );
      const named = `oci:../registries/${reference}`;
      const { code, stderr } = await runPromote(directory, given, [
        'report',
        'attach',
        named,
        '../scan.json',
        '--key',
        '../scanner.key',
      ]);
      if (code !== 0) throw new Error(stderr);
    },
    close: async () => await rm(root, { recursive: true, force: true }),
  };
}

const SIGNED = 'signers: { key: scanner.pub }';

/** The shop's environments: production's gate lets medium ones through, and knows what is exploited. */
export const ENVIRONMENTS = `version: 1
images:
  api: { source: "oci:../registries/build/api" }
  web: {}
environments:
  dev: { from: build, registry: "oci:../registries/dev", files: ["dev/*.yaml"] }
  production:
    from: dev
    registry: "oci:../registries/production"
    files: ["production/*.yaml"]
    gates:
      vulnerabilities:
        max: medium
        ${SIGNED}
        kev: deny
        data: { kev: security/kev.json }
        except:
          - { id: CVE-2026-0005, until: 2099-12-31, reason: "not reachable", owner: api-team }
          - { id: CVE-2026-0003, until: 2020-01-01, reason: "was not reachable", owner: api-team }
`;

/** A list of what is exploited. */
export function exploitedList(...ids: readonly string[]): string {
  const vulnerabilities = ids.map(cveID => ({ cveID, dateAdded: '2026-11-01' }));
  const dateReleased = '2026-11-01T00:00:00Z';
  return JSON.stringify({ catalogVersion: '1', dateReleased, count: ids.length, vulnerabilities });
}

/** A vulnerability as Trivy writes it; fixed in 3.0.2 where nothing else is said. */
export function found(number: number, Severity: string, FixedVersion = '3.0.2', PkgName = 'libssl3') {
  return {
    VulnerabilityID: `CVE-2026-000${number}`,
    PkgName,
    InstalledVersion: '3.0.1',
    FixedVersion,
    Status: FixedVersion === '' ? 'affected' : 'fixed',
    Severity,
    SeveritySource: 'nvd',
  };
}

/** Values that pin an image. */
export function pinning(repository: string, version: string, digest: Digest): string {
  return `image:\n  repository: oci:../registries/${repository}\n  tag: "${version}@${digest}"\n`;
}
