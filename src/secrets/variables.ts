/** Environment variables as a value. */
type Variables = Readonly<Record<string, string | undefined>>;

/** Shorter values of such a variable may be ordinary words of results, and are not redacted. */
const SHORTEST = 8;
const NAMED = /(?:TOKEN|API_KEY|PASSWORD|PASSWD|PASSPHRASE|SECRET(?:_ACCESS_KEY|_KEY)?)$/i;
const LOGINS = /"(?:auth|password|identitytoken|registrytoken|Secret)"\s*:\s*"([^"]+)"/g;

/** The secret values that a process was given, which must not appear in what it prints. */
export function secretsOf(variables: Variables): readonly string[] {
  const secrets = Object.entries(variables).flatMap(([name, value = '']) => {
    if (value.includes('PRIVATE KEY-----')) return value.split(/\r?\n|\\n/).filter(isBody);
    if (name === 'DOCKER_AUTH_CONFIG') return loginsIn(value);
    if (/^OTEL_EXPORTER_OTLP_.*HEADERS$/.test(name)) return headerValues(value);
    return NAMED.test(name) ? [value] : [];
  });
  return [...new Set(secrets.filter(({ length }) => length >= SHORTEST))];
}

/** The values of `api-key=secret,other=value`, as written and decoded. */
function headerValues(text: string): readonly string[] {
  return text.split(',').flatMap(pair => {
    const value = pair.slice(pair.indexOf('=') + 1).trim();
    return [
      value,
      value.replaceAll(/%[\dA-Fa-f]{2}/g, code => String.fromCharCode(Number.parseInt(code.slice(1), 16))),
    ];
  });
}

/** A line of a key that is more than its frame. */
function isBody(line: string): boolean {
  return line.length > SHORTEST && !line.startsWith('-----');
}

/** The logins of a Docker configuration, with the passwords that they encode. */
function loginsIn(text: string): readonly string[] {
  return [...text.matchAll(LOGINS)].flatMap(([, value = '']) => {
    const [, password = ''] = /^[^:]+:(.+)$/s.exec(Buffer.from(value, 'base64').toString()) ?? [];
    return [value, password];
  });
}
