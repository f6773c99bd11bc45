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
      : [
          ...withoutMeaning(path, signing),
          ...withoutTime(path, signing),
          ...withoutRoot(path, signing),
          ...withoutPlace(path, signing),
        ],
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
  const { rekor, rekorVersion, tsa } = normaliseWitnesses(signing);
  if (signing.keyless === undefined || tsa !== undefined) return [];
  const nothing = 'a certificate is valid for minutes, and nothing would prove when it was used';
  if (rekor === undefined)
    return [
      {
        path: [...path, 'keyless'],
        at: 'key',
        message: nothing,
        hint: 'name the transparency log in `rekor`, or the timestamp authority in `tsa`',
      },
    ];
  // The public log comes with its timestamp authority.
  if (rekorVersion !== 2 || rekor === PUBLIC_SIGSTORE.rekor) return [];
  return [
    {
      path: [...path, 'rekor'],
      at: 'key',
      message: `${nothing}: a log of version 2 proves no time`,
      hint: 'name the timestamp authority in `tsa`',
    },
  ];
}

/** A `.sig` has no field for a version 2 entry, and only the public root names the public version 2 log. */
function withoutPlace(path: readonly string[], signing: WrittenSigning): readonly Issue[] {
  const { rekor, rekorVersion } = normaliseWitnesses(signing);
  if (rekorVersion !== 2) return [];
  const at = { path: [...path, 'rekor'], at: 'key' } as const;
  if (signing.formats?.includes('legacy'))
    return [
      {
        ...at,
        message: 'a log of version 2 takes no signatures of the format legacy',
        hint: 'leave `legacy` out of `formats`, or log to version 1',
      },
    ];
  if (signing.trustedRoot === undefined || rekor !== PUBLIC_SIGSTORE.rekor) return [];
  return [
    {
      ...at,
      message: 'which public log of version 2 there is, only the public trusted root comes with',
      hint: 'name the URL of the log in `rekor.url`, or leave `trustedRoot` out',
    },
  ];
}

function withoutRoot(path: readonly string[], signing: WrittenSigning): readonly Issue[] {
  if (signing.trustedRoot !== undefined) return [];
  const { rekor } = normaliseWitnesses(signing);
  const written = { fulcio: signing.fulcio, rekor, tsa: signing.tsa };
  return (['fulcio', 'rekor', 'tsa'] as const)
    .filter(name => typeof written[name] === 'string' && !isPublic(name, written[name]))
    .slice(0, 1)
    .map(name => ({
      path: [...path, name],
      at: 'value',
      message: 'the public trusted root does not know this service',
      hint: 'name the file of its own trusted root in `trustedRoot`',
    }));
}

/** Logs of version 2 have names by year, below the one of version 1. */
function isPublic(name: 'fulcio' | 'rekor' | 'tsa', url: string): boolean {
  return (
    url === PUBLIC_SIGSTORE[name] || (name === 'rekor' && new URL(url).host.endsWith('.rekor.sigstore.dev'))
  );
}
