import { PromoteError } from '../../errors.ts';
import { type Descriptor, isElsewhere } from '../../oci/descriptor.ts';
import { unchanged } from '../verified-stream.ts';
import type { CopyRun } from './copy-run.ts';
import { once } from './ledger.ts';

/**
 * Copies a blob to the target once in the whole batch. A non-distributable layer that the source lacks is not
 * copied; its descriptor names its URLs.
 */
export function copyBlob(run: CopyRun, descriptor: Descriptor): Promise<void> {
  const { ledger, target } = run;
  return once(ledger.blobs, target.name, descriptor.digest, () =>
    run.perform(() => copyOnce(run, descriptor)),
  );
}

async function copyOnce(run: CopyRun, descriptor: Descriptor): Promise<void> {
  const { source, progress } = run;
  const { digest, size } = descriptor;
  const target = run.target.name;
  progress({ kind: 'blob-expected', target, digest, size });
  // A retry begins at the start of the blob. Bytes that were reported before are not reported again.
  const told = { bytes: 0 };
  try {
    const how = await run.target.putBlob(descriptor, {
      repository: source.name,
      open: async () => {
        const bytes = await source.blob(descriptor);
        return unchanged(counted(run, descriptor, told, bytes), bytes);
      },
    });
    progress({ kind: 'blob-done', target, digest, size, how });
  } catch (error) {
    if (!isElsewhere(descriptor) || !(error instanceof PromoteError) || error.code !== 'NOT_FOUND')
      throw error;
    progress({ kind: 'blob-done', target, digest, size, how: 'present' });
  }
}

async function* counted(
  run: CopyRun,
  { digest }: Descriptor,
  told: { bytes: number },
  stream: AsyncIterable<Uint8Array>,
): AsyncIterable<Uint8Array> {
  let read = 0;
  for await (const chunk of stream) {
    run.check();
    read += chunk.length;
    const count = read - told.bytes;
    if (count > 0) {
      told.bytes = read;
      run.progress({ kind: 'bytes', target: run.target.name, digest, count });
    }
    yield chunk;
  }
}
