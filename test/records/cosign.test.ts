import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import seeds from '@sigstore/tuf/seeds.json' with { type: 'json' };
import { afterAll, beforeAll, expect, it } from 'vitest';
import { digestOf } from '../../src/oci/digest.ts';
import { PROMOTION } from '../../src/records/statement.ts';
import { parseSummary, prepareSummary, SUMMARY } from '../../src/records/summary.ts';
import { loadPrivateKey } from '../../src/signing/private-key.ts';
import { keySigner } from '../../src/signing/signer.ts';
import { describeWith, runProgram } from '../servers/tools.ts';
import { COSIGN_PASSWORD, type CosignPlace, startCosignPlace } from '../signing/cosign-place.ts';
import { newImage } from '../signing/counted-store.ts';
import { verifySummary } from './documented-summary.ts';
import { sampleRecord } from './sample-record.ts';
import { writeRecord } from './write-record.ts';

describeWith(['cosign', 'cosign2', 'docker-registry', 'oras'], 'a record', () => {
  let place: CosignPlace;
  beforeAll(async () => {
    place = await startCosignPlace();
  });
  afterAll(async () => {
    await place.stop();
  });

  it('is an attestation that cosign verifies and prints', async () => {
    const { store, name, push } = place.repository('recorded');
    const subject = await newImage(store);
    const record = sampleRecord(subject.digest);
    const signer = keySigner(await loadPrivateKey(place.privateKey, () => COSIGN_PASSWORD));
    await writeRecord({ store, subject, signer, record });
    await push();
    const unlogged = ['--insecure-ignore-tlog', '--allow-http-registry'];
    const by = ['--type', PROMOTION, '--key', `${place.directory}/cosign.pub`];
    const printed = await place.cosign('verify-attestation', ...unlogged, ...by, `${name}@${subject.digest}`);
    const { payload } = JSON.parse(printed);
    expect(JSON.parse(Buffer.from(payload, 'base64').toString())).toMatchObject({ predicate: record });
  });

  it('has a verification summary that a stranger verifies with cosign and the public key', async () => {
    const { store, name, push } = place.repository('summarised');
    const subject = await newImage(store);
    const { environment, digest, planDigest, time } = sampleRecord(subject.digest);
    const summary = {
      environment: environment.to,
      repository: name,
      digest,
      planDigest,
      kind: 'promotion' as const,
      policy: digestOf('policy'),
      policyUri: 'git+https://git.example.com/gitops@0123#production',
      evidence: [digestOf('record')],
      levels: ['SLSA_BUILD_LEVEL_3'],
      time,
    };
    const signer = keySigner(await loadPrivateKey(place.privateKey, () => COSIGN_PASSWORD));
    const { content } = await prepareSummary(store, subject, signer, summary);
    await store.putManifest(content);
    await push();
    const docs = await readFile(join(import.meta.dirname, '../../docs/custody.md'), 'utf8');
    const reference = `${name}@${subject.digest}`;
    const parts = { reference, trusted: `--key ${place.directory}/cosign.pub --insecure-ignore-tlog` };
    await expect(verifySummary(docs, { ...parts, environment: 'production' })).resolves.toBe('true');
    await expect(verifySummary(docs, { ...parts, environment: 'staging' })).rejects.toThrow();
    const other = { ...parts, environment: 'production', repository: `${name}2` };
    await expect(verifySummary(docs, other)).rejects.toThrow();
    const asked = ['--type', SUMMARY, '--insecure-ignore-tlog', '--allow-http-registry'];
    const by = ['--key', `${place.directory}/cosign.pub`];
    const { payload } = JSON.parse(await place.cosign('verify-attestation', ...asked, ...by, reference));
    expect(parseSummary(JSON.parse(Buffer.from(payload, 'base64').toString()))).toEqual(summary);
    // cosign 2 reads them with the options that docs/custody.md shows.
    const [, options = ''] = /cosign 2 reads .*? with `([^`]+)`/s.exec(docs) ?? [];
    // It fetches the public root where none is named, even for a key.
    const root = join(place.directory, 'root.json');
    const { targets } = seeds['https://tuf-repo-cdn.sigstore.dev'];
    await writeFile(root, Buffer.from(targets['trusted_root.json'], 'base64'));
    const second = async (digest: string) =>
      await runProgram('cosign2', [
        ...['verify-attestation', ...options.split(' '), '--trusted-root', root, '--type', SUMMARY],
        ...['--key', `${place.directory}/cosign.pub`, '--insecure-ignore-tlog', '--allow-http-registry'],
        `${name}@${digest}`,
      ]);
    await second(subject.digest);
    const unsigned = await newImage(store, 'another');
    await push();
    await expect(second(unsigned.digest)).rejects.toThrow();
  });
});
