import type { Issue } from '../diagnostics/issue.ts';
import { normaliseWitnesses, PUBLIC_SIGSTORE } from '../normalise/signing.ts';
import type { WrittenSigning } from '../schema/environments.ts';
import type { Rule } from './rule.ts';

/** Signatures can be verified later: by everyone who reads the same file, and after the certificate has expired. */
export const signaturesCanBeVerified: Rule = ({ file }) => {
  const everywhere: readonly (readonly [readonly string[], WrittenSigning | undefined])[] = [
    [['signing'], file.signing],
    ...Object.entries(file.environments).map(
      ([name, { signing }]) => [['environments', name, 'signing'], signing] as const,
    ),
  ];
  return everywhere.flatMap(([path, signing]) =>
    signing === undefined
      ? []
      : [...withoutMeaning(path, signing), ...withoutTime(path, signing), ...withoutRoot(path, signing)],
  );
};

function withoutMeaning(path: readonly string[], { keyless, ...written }: WrittenSigning): readonly Issue[] {
  const idle = keyless === undefined ? (['fulcio'] as const) : (['publicKey'] as const);
  return idle
    .filter(key => written[key] !== undefined)
    .map(key => ({
      path: [...path, key],
      at: 'key',
      message: keyless === undefined ? 'a key needs no certificate authority' : 'keyless signing has no key',
      hint: `leave \`${key}\` out`,
    }));
}

function withoutTime(path: readonly string[], signing: WrittenSigning): readonly Issue[] {
  const { rekor, tsa } = normaliseWitnesses(signing);
  if (signing.keyless === undefined || rekor !== undefined || tsa !== undefined) return [];
  return [
    {
      path: [...path, 'keyless'],
      at: 'key',
      message: 'a certificate is valid for minutes, and nothing would prove when it was used',
      hint: 'name the transparency log in `rekor`, or the timestamp authority in `tsa`',
    },
  ];
}

function withoutRoot(path: readonly string[], signing: WrittenSigning): readonly Issue[] {
  if (signing.trustedRoot !== undefined) return [];
  return (['fulcio', 'rekor', 'tsa'] as const)
    .filter(name => typeof signing[name] === 'string' && signing[name] !== PUBLIC_SIGSTORE[name])
    .slice(0, 1)
    .map(name => ({
      path: [...path, name],
      at: 'value',
      message: 'the public trusted root does not know this service',
      hint: 'name the file of its own trusted root in `trustedRoot`',
    }));
}
