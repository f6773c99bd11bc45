/** A key outside of this machine's files, named as cosign names it. */
export type KeyReference =
  /** A key of the transit engine of HashiCorp Vault or OpenBao. */
  | { readonly kind: 'transit'; readonly scheme: 'hashivault' | 'openbao'; readonly key: string }
  /** `key` is an id, an ARN, `alias/<name>` or an alias's ARN; `host` takes the place of Amazon's own. */
  | { readonly kind: 'aws'; readonly host?: string | undefined; readonly key: string }
  /** `key` is its resource name, without a version. */
  | { readonly kind: 'google'; readonly key: string; readonly version?: string | undefined }
  | {
      readonly kind: 'azure';
      readonly host: string;
      readonly key: string;
      readonly version?: string | undefined;
    }
  /** A secret as `cosign generate-key-pair k8s://` makes it. */
  | { readonly kind: 'kubernetes'; readonly namespace: string; readonly secret: string };

const UUID = '(?:mrk-)?[0-9A-Fa-f]{8}-?[0-9A-Fa-f]{4}-?[0-9A-Fa-f]{4}-?[0-9A-Fa-f]{4}-?[0-9A-Fa-f]{12}';
const ARN = 'arn:aws(?:-[a-z]+)*:kms:[a-z0-9-]+:\\d{12}:';
const ALIAS = 'alias/[A-Za-z0-9/_-]+';
const NAME = '[^/?#\\s]+';
const HOST = '[A-Za-z0-9.-]+(?::\\d+)?';
const LABEL = '[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?';

interface Scheme {
  readonly syntax: RegExp;
  readonly example: string;
  read(parts: Readonly<Record<string, string | undefined>>): KeyReference;
}

/** https://github.com/sigstore/sigstore/tree/main/pkg/signature/kms and, for k8s, cosign's `pkg/cosign/kubernetes`. */
const SCHEMES: Readonly<Record<string, Scheme>> = {
  hashivault: transit('hashivault'),
  openbao: transit('openbao'),
  awskms: {
    syntax: new RegExp(`^(?<host>${HOST})?/(?<key>${UUID}|${ARN}key/${UUID}|(?:${ARN})?${ALIAS})$`),
    example: 'awskms:///alias/<name>, or awskms:///<key id or ARN>',
    read: ({ host, key = '' }) => ({ kind: 'aws', host, key }),
  },
  gcpkms: {
    syntax: new RegExp(
      `^(?<key>projects/${NAME}/locations/${NAME}/keyRings/${NAME}/cryptoKeys/${NAME})(?:/(?:cryptoKeyVersions|versions)/(?<version>\\d+))?$`,
    ),
    example: 'gcpkms://projects/<p>/locations/<l>/keyRings/<r>/cryptoKeys/<k>[/cryptoKeyVersions/<n>]',
    read: ({ key = '', version }) => ({ kind: 'google', key, version }),
  },
  azurekms: {
    syntax: new RegExp(`^(?<host>${HOST})/(?<key>[A-Za-z0-9-]+)(?:/(?<version>[a-z0-9]*))?$`),
    example: 'azurekms://<vault>.vault.azure.net/<key>[/<version>]',
    read: ({ host = '', key = '', version }) => ({ kind: 'azure', host, key, version: version || undefined }),
  },
  k8s: {
    syntax: new RegExp(`^(?<namespace>${LABEL})/(?<secret>${LABEL})$`),
    example: 'k8s://<namespace>/<secret>',
    read: ({ namespace = '', secret = '' }) => ({ kind: 'kubernetes', namespace, secret }),
  },
};

function transit(scheme: 'hashivault' | 'openbao'): Scheme {
  return {
    syntax: /^(?<key>\w(?:[\w.-]*\w)?)$/,
    example: `${scheme}://<key>`,
    read: ({ key = '' }) => ({ kind: 'transit', scheme, key }),
  };
}

/** The key of a key service that a text names, or what is wrong with the text. */
export type ReadReference =
  | { readonly kind: 'reference'; readonly reference: KeyReference }
  | { readonly kind: 'malformed'; readonly hint: string }
  /** A service that is not supported, by its scheme. */
  | { readonly kind: 'unknown'; readonly scheme: string; readonly hint: string };

const PKCS11 =
  "no library that speaks PKCS#11 runs without a compiler; use the token's key by a service, or sign with cosign";

/** Reads a key's text; `undefined` where it is a path or `env://NAME`. */
export function readKeyReference(text: string): ReadReference | undefined {
  const [, scheme = '', rest = ''] = /^([a-z0-9+.-]+):\/\/(.*)$/is.exec(text) ?? [];
  if (/^pkcs11:/i.test(text)) return { kind: 'unknown', scheme: 'pkcs11', hint: PKCS11 };
  if (scheme === '' || scheme === 'env') return undefined;
  const known = SCHEMES[scheme];
  if (known === undefined) {
    const hint = `give a path, env://NAME, or one of ${Object.keys(SCHEMES).join('://, ')}://`;
    return { kind: 'unknown', scheme, hint };
  }
  const parts = known.syntax.exec(rest)?.groups;
  if (parts === undefined) return { kind: 'malformed', hint: `write ${known.example}` };
  return { kind: 'reference', reference: known.read(parts) };
}
