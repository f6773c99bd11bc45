import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildImage, pushImage } from '../../src/demo/image.ts';
import { readScans } from '../../src/images/scans.ts';
import { digestOf } from '../../src/oci/digest.ts';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import { openLayout } from '../../src/registry/layout/layout.ts';
import { loadPrivateKey } from '../../src/signing/private-key.ts';
import { keySigner } from '../../src/signing/signer.ts';
import { runPromote } from '../built/run-promote.ts';
import { newPrivateKey, publicPem, toPem, trustIn } from '../signing/keys.ts';
import { trivyReport } from '../vulnerabilities/trivy-report.ts';

const own = newPrivateKey();
const scanner = newPrivateKey();
const image = buildImage({ platforms: [{ os: 'linux', architecture: 'amd64' }], layers: ['api'] });
const { digest } = image.index.descriptor;

const ENVIRONMENTS = `version: 1
images: { api: {} }
signing: { key: env://NOT_AT_HAND, publicKey: own.pub }
environments:
  dev: { from: build, registry: "oci:./registry", files: ["dev/*"] }
`;

describe('promote report attach', () => {
  let directory: string;
  const write = async (name: string, text: string) => await writeFile(join(directory, name), text);
  const attach = async (scan: unknown, key = 'scanner.key') => {
    await write('scan.json', JSON.stringify(scan));
    const args = ['report', 'attach', 'oci:./registry/api:1.0.0', 'scan.json', '--key', key];
    return await runPromote(directory, { HOME: directory }, [...args, '--format', 'json']);
  };
  const store = () => openLayout(directory)(parseRepositoryName('oci:./registry/api'));
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'promote-report-'));
    await write('environments.yaml', ENVIRONMENTS);
    await write('own.pub', publicPem(own));
    await write('own.key', toPem(own));
    await write('scanner.key', toPem(scanner));
    await pushImage(store(), image, '1.0.0');
  });
  afterAll(async () => await rm(directory, { recursive: true, force: true }));

  it.each<[string, unknown, string | undefined, string]>([
    ['of another image', trivyReport({ manifest: digestOf('other') }), undefined, 'another image'],
    ['of no known format', { hello: 'world' }, undefined, 'no scan report'],
    ['by a key that signs images', trivyReport({ manifest: digest }), 'own.key', 'signs the images of dev'],
  ])('refuses one %s', async (_, scan, key, words) => {
    const { code, stdout } = await attach(scan, key);
    expect([code === 0, JSON.parse(stdout).error.message]).toEqual([false, expect.stringContaining(words)]);
    expect(await store().referrers(digest)).toEqual([]);
  });

  it('attaches one that the gate takes, once', async () => {
    const scan = trivyReport({ manifest: digest });
    const first = await attach(scan);
    expect([first.code, JSON.parse(first.stdout)]).toMatchObject([0, { verb: 'attached', changed: true }]);
    expect(JSON.parse((await attach(scan)).stdout)).toMatchObject({ verb: 'attached', changed: false });
    const key = await loadPrivateKey(toPem(scanner), () => undefined);
    const { reports, unread } = await readScans(store(), digest, [trustIn(keySigner(key))]);
    expect(reports.map(({ report }) => [report.scanner, report.findings.length])).toEqual([['trivy', 2]]);
    expect(unread).toEqual([]);
  });
});
