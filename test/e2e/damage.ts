import { isDigest } from '../../src/oci/digest.ts';

/** Ways to damage one repository of a docker-registry, as an operator or a clean-up job might. */
export function damageTo(host: string, repository: string) {
  const url = (path: string) => `http://${host}/v2/${repository}/${path}`;
  const accept = ['index', 'manifest'].map(kind => `application/vnd.oci.image.${kind}.v1+json`).join(', ');

  async function send(method: string, path: string, init: RequestInit = {}): Promise<Response> {
    const answer = await fetch(url(path), { ...init, method });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status}`);
    return answer;
  }

  async function manifest(target: string) {
    const answer = await send('GET', `manifests/${target}`, { headers: { accept } });
    const digest = answer.headers.get('docker-content-digest') ?? '';
    if (!isDigest(digest)) throw new Error(`manifests/${target}: no digest`);
    return { digest, type: answer.headers.get('content-type') ?? '', text: await answer.text() };
  }

  return {
    /** The first platform's manifest. */
    async child(index: string): Promise<string> {
      return JSON.parse((await manifest(index)).text).manifests[0].digest;
    },
    async deleteManifest(digest: string): Promise<void> {
      await send('DELETE', `manifests/${digest}`);
    },
    /** Deletes a layer of the first platform's; answers its digest. */
    async deleteLayer(index: string): Promise<string> {
      const { digest } = JSON.parse((await manifest(await this.child(index))).text).layers[0];
      await send('DELETE', `blobs/${digest}`);
      return digest;
    },
    /** Deletes what lists the image's signature and record. */
    async deleteReferrers(index: string): Promise<void> {
      await this.deleteManifest((await manifest(index.replace(':', '-'))).digest);
    },
    /** Leaves the image under its digest alone. */
    async deleteTags(index: string): Promise<void> {
      const { type, text } = await manifest(index);
      await this.deleteManifest(index);
      await send('PUT', `manifests/${index}`, { headers: { 'content-type': type }, body: text });
    },
  };
}
