import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildImage, pushImage } from '../src/demo/image.ts';
import type { Digest } from '../src/oci/digest.ts';
import { parseRepositoryName } from '../src/oci/reference.ts';
import { openLayout } from '../src/registry/layout/layout.ts';
import { uploadBundle } from '../src/signing/attach.ts';
import { attachOnce } from '../src/signing/attach-once.ts';
import { signStatement } from '../src/signing/bundle.ts';
import { loadPrivateKey } from '../src/signing/private-key.ts';
import { keySigner, type Signer } from '../src/signing/signer.ts';
import { inTotoStatement } from '../src/signing/statement.ts';
import { COSIGN_VULN, wrapReport } from '../src/vulnerabilities/attested.ts';
import { readReport } from '../src/vulnerabilities/read-report.ts';
import { newPrivateKey, publicPem, toPem } from '../test/signing/keys.ts';
import { measureOnce, run } from './processes.ts';

const IMAGES = 500;
const FINDINGS = 1600;
const BOUND = { seconds: 10, megabytes: 300 };
const PROSE =
  'A flaw was found in how the parser of certificates treats lengths that a peer has sent. '.repeat(10);

/** Prints how long a plan takes that judges many images by large reports, and the memory that it takes. */
export async function benchManyReports(): Promise<void> {
  const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
  const directory = await mkdtemp(join(tmpdir(), 'promote-bench-'));
  try {
    const checkout = join(directory, 'gitops');
    const bytes = await createShop(checkout);
    console.log(`\nplan of ${IMAGES} images, each with a signed report of ${(bytes / 1e6).toFixed(1)} MB`);
    const plan = [process.execPath, cli, 'plan', 'production', '--fail-on-closed', 'false'];
    const { wall, seconds, megabytes } = await measureOnce(plan, checkout);
    console.log(
      `  plan      ${wall.toFixed(2)} s (bound: ${BOUND.seconds} s), ${seconds.toFixed(2)} s of CPU, ${megabytes.toFixed(0)} MB (bound: ${BOUND.megabytes} MB)`,
    );
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Images in staging with their reports, which production would take; answers a report's size. */
async function createShop(checkout: string): Promise<number> {
  const names = Array.from({ length: IMAGES }, (_, index) => `service-${index}`);
  const scanner = newPrivateKey();
  const signer = keySigner(await loadPrivateKey(toPem(scanner), () => undefined));
  let bytes = 0;
  const write = async (path: string, text: string) => {
    await mkdir(dirname(join(checkout, path)), { recursive: true });
    await writeFile(join(checkout, path), text);
  };
  for (const name of names) {
    const image = buildImage({ platforms: [{ os: 'linux', architecture: 'amd64' }], layers: [name] });
    const { digest } = image.index.descriptor;
    for (const environment of ['staging', 'production']) {
      const tag = environment === 'staging' ? `1.0.0@${digest}` : '0.9.0';
      const repository = `oci:../registries/${environment}/${name}`;
      await write(`${environment}/${name}.yaml`, `image:\n  repository: ${repository}\n  tag: "${tag}"\n`);
    }
    bytes = await attachReport(checkout, name, image, signer);
  }
  await write('scanner.pub', publicPem(scanner));
  await write(
    'environments.yaml',
    `version: 1
images:
${names.map(name => `  ${name}: {}\n`).join('')}environments:
  staging: { from: build, registry: "oci:../registries/staging", files: ["staging/*.yaml"] }
  production:
    from: staging
    registry: "oci:../registries/production"
    files: ["production/*.yaml"]
    gates: { vulnerabilities: { max: medium, signers: { key: scanner.pub } } }
`,
  );
  const who = ['-c', 'user.name=bench', '-c', 'user.email=bench@example.com', '-c', 'gc.auto=0'];
  await run(['git', 'init', '--quiet', '--initial-branch=main'], checkout);
  await run(['git', 'add', '-A'], checkout);
  await run(['git', ...who, 'commit', '--quiet', '-m', 'Start'], checkout);
  return bytes;
}

async function attachReport(
  checkout: string,
  name: string,
  image: ReturnType<typeof buildImage>,
  signer: Signer,
): Promise<number> {
  const store = openLayout(checkout)(parseRepositoryName(`oci:../registries/staging/${name}`));
  await pushImage(store, image, '1.0.0');
  const subject = image.index.descriptor;
  const text = JSON.stringify(reportOf(subject.digest));
  const reading = readReport(text);
  if (reading.kind !== 'report') throw new Error('the report is not recognised');
  const now = new Date();
  const predicate = wrapReport(JSON.parse(text), reading.report, now);
  const statement = inTotoStatement({ digest: subject.digest, predicateType: COSIGN_VULN, predicate });
  const content = await uploadBundle(store, subject, await signStatement(signer, statement), {
    predicateType: COSIGN_VULN,
    created: now,
  });
  const search = { store, referrers: [], digest: subject.digest, trust: signer.trust };
  await attachOnce(search, [{ content, predicateType: COSIGN_VULN, hints: {}, isEqual: () => false }]);
  return text.length;
}

/** As Trivy writes it, most of it prose. */
function reportOf(manifest: Digest): object {
  const vulnerabilities = Array.from({ length: FINDINGS }, (_, index) => ({
    VulnerabilityID: `CVE-2026-${index}`,
    PkgName: `package-${index % 200}`,
    InstalledVersion: '1.0.0',
    FixedVersion: '1.0.1',
    Status: 'fixed',
    Severity: index % 100 === 0 ? 'HIGH' : 'LOW',
    SeveritySource: 'debian',
    Description: PROSE,
    References: Array.from({ length: 4 }, (__, at) => `https://security.example/advisories/${index}/${at}`),
  }));
  return {
    SchemaVersion: 2,
    CreatedAt: new Date().toISOString(),
    ArtifactName: 'service',
    ArtifactType: 'container_image',
    Metadata: {
      OS: { Family: 'debian', Name: '13.0' },
      RepoDigests: [`mirror.example/service@${manifest}`],
      ImageConfig: { architecture: 'amd64', os: 'linux' },
    },
    Results: [{ Target: 'service', Class: 'os-pkgs', Type: 'debian', Vulnerabilities: vulnerabilities }],
  };
}
