import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { buildImage, pushImage } from '../../src/demo/image.ts';
import type { Descriptor } from '../../src/oci/descriptor.ts';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import { openLayout } from '../../src/registry/layout/layout.ts';
import type { Store } from '../../src/registry/store.ts';
import { signStatement } from '../../src/signing/bundle.ts';
import type { Signer } from '../../src/signing/signer.ts';
import type { Statement } from '../../src/signing/statement.ts';
import { watchedStore } from '../registry/watched-store.ts';
import { attachBundle } from './attach-bundle.ts';

/** When everything in these tests was made. */
export const CREATED = new Date('2026-11-20T10:00:00Z');

/** A store that tells which of its reads and writes were called, in order. */
export type CountedStore = Store & { readonly calls: string[] };

/** A fresh image layout that lives as long as the test. */
export async function newStore(): Promise<CountedStore> {
  const base = await mkdtemp(join(tmpdir(), 'promote-signing-'));
  onTestFinished(() => rm(base, { recursive: true, force: true }));
  return counted(openLayout(base)(parseRepositoryName('oci:./image')));
}

/** Pushes an image of two platforms and gives its index. */
export async function newImage(store: Store, text = 'image'): Promise<Descriptor> {
  const image = buildImage({
    platforms: [
      { os: 'linux', architecture: 'amd64' },
      { os: 'linux', architecture: 'arm64' },
    ],
    layers: [text],
  });
  await pushImage(store, image, 'v1');
  return image.index.descriptor;
}

/** Signs and attaches a statement; `hinted` is the predicate type that its annotation names. */
export async function attach(
  store: Store,
  subject: Descriptor,
  { signer, statement, hinted = statement.predicateType }: Attaching,
): Promise<Descriptor> {
  const bundle = await signStatement(signer, statement);
  return await attachBundle(store, subject, bundle, { predicateType: hinted, created: CREATED });
}

interface Attaching {
  readonly signer: Signer;
  readonly statement: Statement;
  readonly hinted?: string;
}

const COUNTED: readonly string[] = ['manifest', 'blob', 'putManifest', 'attach', 'putBlob'];

function counted(store: Store): CountedStore {
  const calls: string[] = [];
  const watched = watchedStore(store, ({ method }) => {
    if (COUNTED.includes(method)) calls.push(method);
  });
  return { ...watched, calls };
}
