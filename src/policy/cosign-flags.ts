import type { TrustedSigner } from '../signing/trusted-signer.ts';
import { anchored } from './document.ts';

/** cosign's flags that select whose signature counts. `key` is a public key's path, quoted for a shell. */
export function signerFlags(signer: TrustedSigner, key: string): readonly string[] {
  const { requires } = signer;
  const witness = [
    ...(requires.log === false ? ['--insecure-ignore-tlog'] : []),
    ...(requires.timestamp ? ['--use-signed-timestamps'] : []),
  ];
  if (signer.kind === 'key') return [`--key ${key}`, ...witness];
  const flag = (name: string, match: typeof signer.identity) =>
    match.kind === 'exact'
      ? `--${name} ${quoted(match.text)}`
      : `--${name}-regexp ${quoted(anchored(match))}`;
  return [
    flag('certificate-identity', signer.identity),
    flag('certificate-oidc-issuer', signer.issuer),
    ...witness,
  ];
}

/** One word of a shell. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
