import { stringify } from 'yaml';
import type { Signing } from '../environments/environments.ts';
import type { NameMatch, TrustedSigner } from '../signing/trusted-signer.ts';

/** YAML documents after a comment. */
export function yamlText(comment: readonly string[], documents: readonly object[]): string {
  const head = comment.map(line => `# ${line}\n`).join('');
  return `${head}${documents.map(document => stringify(document, { lineWidth: 0 })).join('---\n')}`;
}

/** A comment that the log has version 1, if the file does not name the version. */
export function openLog({ rekor, rekorVersion }: Pick<Signing, 'rekor' | 'rekorVersion'>): readonly string[] {
  if (rekor === undefined || rekorVersion !== undefined) return [];
  return [
    'It takes entries of the public log of version 1. Set signing.rekor to { version: 1 }, so that signing',
    'stays with it when the public Sigstore moves on to version 2.',
  ];
}

/** The public half of a key, in PEM. */
export function pemOf({ key }: Extract<TrustedSigner, { kind: 'key' }>): string {
  return key.export({ type: 'spki', format: 'pem' }).toString();
}

/** An expression that matches only the whole name, for verifiers that search within a name. */
export function anchored(match: NameMatch): string {
  const inner = match.kind === 'exact' ? match.text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&') : match.pattern;
  return `^(?:${inner})$`;
}

/** The signer's name and issuer under a verifier's keys: exact if the verifier reads it so, else anchored. */
export function identityOf({ identity, issuer }: Extract<TrustedSigner, { kind: 'certificate' }>): object {
  return { ...named('subject', identity), ...named('issuer', issuer) };
}

function named(key: string, match: NameMatch): object {
  // Kyverno reads an asterisk or a question mark as a wildcard.
  const isExact = match.kind === 'exact' && !/[*?]/.test(match.text);
  return isExact ? { [key]: match.text } : { [`${key}RegExp`]: anchored(match) };
}
