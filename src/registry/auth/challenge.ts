/** How a registry requires authorisation. */
export type Challenge = { readonly kind: 'basic' } | BearerChallenge;

/** Authorisation by a token from the realm. */
export interface BearerChallenge {
  readonly kind: 'bearer';
  readonly realm: string;
  readonly service?: string;
  readonly scopes: readonly string[];
}

const SEPARATORS = /[\s,]*/y;
const TOKEN = /[!#$%&'*+.^_`|~\w-]+/y;
const EQUALS = /\s*=\s*/y;
const QUOTED = /"((?:[^"\\]|\\.)*)"/y;
const UNQUOTED = /[^\s,"]*/y;
const TOKEN68 = /\s+[A-Za-z0-9._~+/-]+=*(?=\s*(?:,|$))/y;

interface RawChallenge {
  readonly scheme: string;
  readonly parameters: Map<string, string>;
}

/**
 * The challenge of a `WWW-Authenticate` field that we support; Bearer comes before Basic.
 * https://www.rfc-editor.org/rfc/rfc9110#name-www-authenticate
 */
export function parseChallenge(field: string): Challenge | undefined {
  const challenges = parseChallenges(field);
  const bearer = challenges.find(({ scheme }) => scheme === 'bearer')?.parameters;
  const realm = bearer?.get('realm');
  if (bearer !== undefined && realm !== undefined) {
    const service = bearer.get('service');
    return {
      kind: 'bearer',
      realm,
      ...(service === undefined ? {} : { service }),
      scopes: (bearer.get('scope') ?? '').split(' ').filter(scope => scope !== ''),
    };
  }
  return challenges.some(({ scheme }) => scheme === 'basic') ? { kind: 'basic' } : undefined;
}

function parseChallenges(field: string): readonly RawChallenge[] {
  const challenges: RawChallenge[] = [];
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(field);
    at += match?.[0].length ?? 0;
    return match;
  };
  for (;;) {
    take(SEPARATORS);
    const name = take(TOKEN)?.[0].toLowerCase();
    if (name === undefined) return challenges;
    if (take(EQUALS)) {
      const quoted = take(QUOTED);
      const value = quoted ? (quoted[1] ?? '').replace(/\\(.)/g, '$1') : (take(UNQUOTED)?.[0] ?? '');
      challenges.at(-1)?.parameters.set(name, value);
    } else {
      challenges.push({ scheme: name, parameters: new Map() });
      take(TOKEN68);
    }
  }
}
