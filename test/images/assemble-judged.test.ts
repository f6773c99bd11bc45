import { expect, it } from 'vitest';
import { buildImage } from '../../src/demo/image.ts';
import { assembleIndex } from '../../src/images/assemble/assemble-index.ts';
import { registryPlace } from '../registry/places.ts';
import { chunked } from '../registry/store-contract.ts';
import { describeWith, runProgram } from '../servers/tools.ts';

const ARCHITECTURES = ['amd64', 'arm64', 's390x'];

describeWith(['docker-registry', 'crane', 'oras', 'skopeo'], 'an assembled index', () => {
  it('is whole to crane, skopeo and oras', async () => {
    const place = await registryPlace();
    try {
      const built = place.store('build/api');
      for (const architecture of ARCHITECTURES) {
        const platforms = [{ os: 'linux', architecture }];
        const { manifests, blobs } = buildImage({ platforms, layers: ['shared', 'app'] });
        for (const { descriptor, bytes } of blobs) await built.putBlob(descriptor, chunked(bytes));
        for (const manifest of manifests) await built.putManifest(manifest, `1.0-${architecture}`);
      }
      const { descriptor } = await assembleIndex({
        target: place.store('dev/api'),
        tag: '1.0',
        moves: false,
        sources: ARCHITECTURES.map(architecture => ({
          store: built,
          from: `1.0-${architecture}`,
          name: `1.0-${architecture}`,
        })),
        platforms: [],
        evidence: 'none',
      });
      const name = `${place.host}/dev/api:1.0`;
      const [digest, , copied, , tree] = [
        await runProgram('crane', ['digest', '--insecure', name]),
        await runProgram('crane', ['validate', '--insecure', '--remote', name]),
        await runProgram('skopeo', ['inspect', '--raw', '--tls-verify=false', `docker://${name}`]),
        await runProgram('skopeo', [
          ...['copy', '--all', '--src-tls-verify=false', '--dest-tls-verify=false'],
          ...[`docker://${name}`, `docker://${place.host}/judged/api:1.0`],
        ]),
        await runProgram('oras', ['manifest', 'fetch', '--plain-http', '--platform', 'linux/s390x', name]),
      ].map(({ stdout }) => stdout.trim());
      expect(digest).toBe(descriptor.digest);
      expect(JSON.parse(copied ?? '').manifests).toHaveLength(ARCHITECTURES.length);
      expect(JSON.parse(tree ?? '').layers).toHaveLength(2);
    } finally {
      await place.close();
    }
  });
});
