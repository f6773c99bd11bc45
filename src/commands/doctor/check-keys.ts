import { posix } from 'node:path';
import type { Environments, Signing } from '../../environments/environments.ts';
import { PromoteError } from '../../errors.ts';
import type { Repository } from '../../git/repository.ts';
import { EVERYTHING } from '../../git/text.ts';
import type { Finding } from '../../plan/check.ts';
import { ok, unchecked } from '../../plan/check-registries.ts';
import type { Effects } from '../../run/effects.ts';
import { observeHead } from '../../run/read-pins.ts';
import { containsPrivateKey } from '../../secrets/redact.ts';
import { requireSigner } from '../../signing/can-sign.ts';

/** Checks that the signing keys can be opened, and match the public keys that recognise their signatures. */
export async function checkSigningKeys(
  effects: Effects,
  { environments }: Environments,
): Promise<readonly Finding[]> {
  const settings = new Map<string, { readonly signing: Signing; readonly names: readonly string[] }>();
  for (const { name, signing } of environments) {
    if (signing === undefined) continue;
    const key = JSON.stringify(signing.by);
    settings.set(key, { signing, names: [...(settings.get(key)?.names ?? []), name] });
  }
  const checked = [...settings.values()].map(async ({ signing, names }) =>
    checkSigner(effects, signing, names.join(', ')),
  );
  return await Promise.all(checked);
}

async function checkSigner(effects: Effects, signing: Signing, subject: string): Promise<Finding> {
  const { by } = signing;
  // A check issues no certificate, since public logs would contain it.
  if (by.kind === 'keyless') {
    return unchecked(
      subject,
      `whether a certificate for ${by.identity} is issued here`,
      'a run that signs shows it',
    );
  }
  const isPublicAtHand = by.publicKey !== undefined && !by.publicKey.startsWith('env://');
  let isOpened = false;
  try {
    const { signer, trust } = await effects.signing(signing);
    isOpened = true;
    await requireSigner(await signer(), trust);
    return ok(subject, `the key ${by.key} opens, and is that of ${by.publicKey ?? 'its own public half'}`);
  } catch (error) {
    if (!(error instanceof PromoteError)) throw error;
    const { message, hint, isAbsent } = error;
    // A public key in a file is part of the configuration, so its absence is an error.
    if (isAbsent && (isOpened || !isPublicAtHand))
      return unchecked(subject, `the key ${by.key}, which is not at hand (${message})`, hint);
    return { severity: 'error', subject, message, hint };
  }
}

/** The names of files that may be keys; other files are not read. */
const KEY_FILE = /(?:\.(?:key|pem|p8)|(?:^|\/)cosign[^/]*)$/i;
const COSIGN_KEY = /-----BEGIN ENCRYPTED (?:SIGSTORE|COSIGN) PRIVATE KEY-----/;
const MOST = 200;

/** Finds private signing keys in Git, where everybody who can read the repository may copy them. */
export async function checkCommittedKeys(
  effects: Effects,
  { environments }: Environments,
): Promise<readonly Finding[]> {
  const named = environments.flatMap(({ signing }) =>
    signing?.by.kind === 'key' && !signing.by.key.startsWith('env://')
      ? [posix.normalize(signing.by.key)]
      : [],
  );
  const seen = new Map<Repository, string>();
  for (const environment of environments) {
    const { repository, head } = await observeHead(effects, environment);
    if (!seen.has(repository)) seen.set(repository, head.commit);
  }
  const found = [...seen].map(async ([repository, commit]) => committedKeys(repository, commit, named));
  return (await Promise.all(found)).flat();
}

async function committedKeys(
  repository: Repository,
  commit: string,
  named: readonly string[],
): Promise<readonly Finding[]> {
  const isNamed = (path: string) => named.some(key => path === key || path.endsWith(`/${key}`));
  const candidates = (await repository.list(commit)).filter(
    ({ path }) => KEY_FILE.test(path) || isNamed(path),
  );
  const files = candidates.slice(0, MOST);
  const texts = await repository.read(
    files.map(({ blob }) => blob),
    EVERYTHING,
  );
  const keys = files.filter(({ path, blob }) => {
    const text = texts.get(blob) ?? '';
    return COSIGN_KEY.test(text) || (isNamed(path) && containsPrivateKey(text));
  });
  const left = candidates.length - files.length;
  return [
    ...keys.map(
      ({ path }): Finding => ({
        severity: 'error',
        subject: 'signing.key',
        message: `${path} of ${repository.name} is a private key, and is committed to Git`,
        hint: 'replace the key: whoever can read the repository, now or in its history, may sign as you',
      }),
    ),
    ...(left === 0
      ? []
      : [unchecked('signing.key', `${left} more files of ${repository.name} that may be keys`)]),
  ];
}
