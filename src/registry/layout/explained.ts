import { streamWithSystem, withSystem } from '../../errors.ts';
import type { Store } from '../store.ts';

/** The same store. Errors of the operating system name the operation and the layout, with code `SYSTEM`. */
export function explained(store: Store, directory: string): Store {
  const during = <Result>(what: string, action: () => Promise<Result>) =>
    withSystem(`${what} image layout ${directory}`, action);
  return {
    name: store.name,
    head: target => during('read', () => store.head(target)),
    manifest: target => during('read', () => store.manifest(target)),
    blob: descriptor =>
      during('read', async () => {
        const stream = await store.blob(descriptor);
        return streamWithSystem(`read blob ${descriptor.digest} of image layout ${directory}`, stream);
      }),
    hasBlob: descriptor => during('read', () => store.hasBlob(descriptor)),
    referrers: subject => during('read', () => store.referrers(subject)),
    tags: () => during('read', () => store.tags()),
    putManifest: (content, tag) => during('write to', () => store.putManifest(content, tag)),
    attach: referring => during('write to', () => store.attach(referring)),
    detach: (subject, manifest) => during('write to', () => store.detach(subject, manifest)),
    putBlob: (descriptor, source) => during('write to', () => store.putBlob(descriptor, source)),
  };
}
