import type { Digest } from '../../src/oci/digest.ts';

/** What reports are made of. */
export interface Scanned {
  readonly manifest: Digest;
  readonly config: Digest;
}

/** When they were made. */
export const TIME = '2026-11-20T10:00:00Z';

/** A vulnerability as Trivy writes it. */
export const TRIVY_CRITICAL = {
  VulnerabilityID: 'CVE-2026-0001',
  PkgName: 'libssl3',
  InstalledVersion: '3.0.1',
  FixedVersion: '3.0.2',
  Status: 'fixed',
  Severity: 'CRITICAL',
  SeveritySource: 'nvd',
};

const TRIVY_MEDIUM = {
  VulnerabilityID: 'CVE-2026-0002',
  PkgName: 'musl',
  InstalledVersion: '1.2.3',
  Status: 'affected',
  Severity: 'MEDIUM',
  SeveritySource: 'nvd',
};

/** Trivy's report on an image, with differences. */
export function trivyReport({
  manifest,
  config,
  created = TIME,
  architecture = 'amd64',
  vulnerabilities = [TRIVY_CRITICAL, TRIVY_MEDIUM],
  ...more
}: Partial<Scanned> & {
  readonly created?: string;
  readonly architecture?: string;
  readonly vulnerabilities?: readonly object[] | null;
  readonly Metadata?: object;
  readonly Results?: unknown;
}): Readonly<Record<string, unknown>> {
  return {
    SchemaVersion: 2,
    CreatedAt: created,
    ArtifactName: 'api:1.0.0',
    ArtifactType: 'container_image',
    Metadata: {
      OS: { Family: 'alpine', Name: '3.18.0' },
      ...(config === undefined ? {} : { ImageID: config }),
      ...(manifest === undefined ? {} : { RepoDigests: [`mirror.example/api@${manifest}`] }),
      ImageConfig: { architecture, os: 'linux' },
    },
    Results: [
      { Target: 'api (alpine 3.18.0)', Class: 'os-pkgs', Type: 'alpine', Vulnerabilities: vulnerabilities },
    ],
    ...more,
  };
}
