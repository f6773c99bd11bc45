import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { z } from 'zod';
import { PromoteError, rethrowDefect } from '../../errors.ts';
import { childEnvironment } from '../../secrets/child-environment.ts';

/** A secret of a cluster, which is read by kubectl. */
export interface SecretPlace {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal | undefined;
  readonly namespace: string;
  readonly secret: string;
}

/** What `cosign generate-key-pair k8s://` writes; https://docs.sigstore.dev/cosign/key_management/overview/ */
export interface KeySecret {
  readonly privateKey?: string | undefined;
  readonly publicKey?: string | undefined;
  readonly password?: string | undefined;
}

/** Milliseconds to wait for the cluster's answer; kubectl alone would wait forever. */
const LONGEST_WAIT = 30_000;

const base64 = z.base64().transform(text => Buffer.from(text, 'base64').toString());

const secretSchema = z.object({
  data: z.object({
    'cosign.key': base64.optional(),
    'cosign.pub': base64.optional(),
    'cosign.password': base64.optional(),
  }),
});

/** Reads a secret by kubectl, which logs in by itself. Throws `KEY` without the secret's content. */
export async function readKeySecret({ env, signal, namespace, secret }: SecretPlace): Promise<KeySecret> {
  const words = ['get', 'secret', secret, '--namespace', namespace];
  const args = [...words, '--output', 'json', '--request-timeout', `${LONGEST_WAIT / 1000}s`];
  const options = {
    timeout: 2 * LONGEST_WAIT,
    env: { ...childEnvironment(env, 'credential-helper') },
    ...(signal !== undefined && { signal }),
  };
  try {
    const { stdout } = await promisify(execFile)('kubectl', args, options);
    const { data } = secretSchema.parse(JSON.parse(stdout));
    return {
      privateKey: data['cosign.key'],
      publicKey: data['cosign.pub'],
      password: data['cosign.password'],
    };
  } catch (error) {
    rethrowDefect(error);
    if (signal?.aborted) throw signal.reason;
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    const why = isMissing ? 'kubectl is not on the PATH' : 'kubectl gave no such secret';
    // The error would contain kubectl's output.
    throw new PromoteError('KEY', `load key k8s://${namespace}/${secret}: ${why}`, {
      hint: isMissing ? 'install it' : `run kubectl ${words.join(' ')} to see why`,
    });
  }
}
