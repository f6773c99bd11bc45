import type { Store } from '../../src/registry/store.ts';

/** One operation of a store, before it runs. */
export interface StoreOperation {
  readonly method: Exclude<keyof Store, 'name'>;
  /** The digest, or the tag. */
  readonly subject: string;
}

/** The same store, telling of each operation; where `watch` throws, the operation fails like that and does nothing. */
export function watchedStore(store: Store, watch: (operation: StoreOperation) => void): Store {
  const after = async <Result>(
    method: StoreOperation['method'],
    subject: string,
    work: () => Promise<Result>,
  ): Promise<Result> => {
    watch({ method, subject });
    return await work();
  };
  return {
    name: store.name,
    head: target => after('head', target, () => store.head(target)),
    manifest: target => after('manifest', target, () => store.manifest(target)),
    blob: descriptor => after('blob', descriptor.digest, () => store.blob(descriptor)),
    hasBlob: descriptor => after('hasBlob', descriptor.digest, () => store.hasBlob(descriptor)),
    putManifest: (content, tag) =>
      after('putManifest', tag ?? content.descriptor.digest, () => store.putManifest(content, tag)),
    attach: referring =>
      after('attach', referring.map(({ content }) => content.descriptor.digest).join(' '), () =>
        store.attach(referring),
      ),
    detach: (subject, manifest) => after('detach', manifest, () => store.detach(subject, manifest)),
    putBlob: (descriptor, source) =>
      after('putBlob', descriptor.digest, () => store.putBlob(descriptor, source)),
    referrers: (subject, tags) => after('referrers', subject, () => store.referrers(subject, tags)),
    tags: () => after('tags', '', () => store.tags()),
  };
}

/** The operations that write. */
export function isWrite({ method }: StoreOperation): boolean {
  return ['putBlob', 'putManifest', 'attach', 'detach'].includes(method);
}
