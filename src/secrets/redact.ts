/** Shorter secrets are parts of too many words to be redacted. */
const SHORTEST = 6;

const PRIVATE_KEY =
  /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----(?:[^-]|-(?!----))*(?:-----END [A-Z0-9 ]*PRIVATE KEY-----)?/g;
/** `-----BEGIN ` in base64, as people put keys into variables of one line, or the body of a key without its frame. */
const ENCODED_KEY = /LS0tLS1CRUdJTi[A-Za-z0-9+/=]+|\bM[A-I][A-Za-z0-9+/]{60,}={0,2}/g;
/** Token forms: https://docs.github.com/en/authentication and https://docs.gitlab.com/security/tokens */
const TOKENS =
  /\b(?:gh[pousr]_\w{20,}|github_pat_\w{20,}|gl(?:pat|dt|rt|rtr|cbt|ptt|ft|soat|agent|imt|oas)-[\w.-]{16,}|eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,})/g;
/** The login in a URL: on the web a token may be the user, elsewhere it takes a password. */
const WEB_LOGIN = /(?<=\bhttps?:\/\/)(?!\*+@)[^/@\s"'<>]+(?=@)/gi;
const LOGIN = /(?<=\b[a-z][a-z0-9+.-]*:\/\/)(?!\*+@)[^/@:\s"'<>]*:[^/@\s"'<>]+(?=@)/gi;
const QUERY =
  /(?<=[?&][\w.-]*(?:token|secret|password|passwd|signature|credential|api_?key|sig|jwt)=)[^\s&#"'<>…]+/gi;
const HEADER =
  /(?<=\b(?:authorization|private-token|job-token|deploy-token): *(?:(?:basic|bearer|token) +)?)(?!(?:basic|bearer|token) )[^\s"',;]+/gi;

/**
 * Redacts all output: keys, tokens and logins by their form, and known secrets by the given pattern. Each of
 * them is replaced by `***`.
 */
export function redact(text: string, known?: RegExp): string {
  return replaceMarked(known === undefined ? text : text.replace(known, '***'), () => '***');
}

/** Finds secrets in every form that they may be written in, also where `neutralise` has changed them. */
export function patternOf(secrets: readonly string[]): RegExp | undefined {
  const forms = formsOf(secrets);
  return forms.length === 0 ? undefined : new RegExp(forms.map(broken).join('|'), 'g');
}

/** Allows for the mark that `neutralise` puts into what would be a mention or a command. */
function broken(form: string): string {
  return form
    .split(/(?<=[:#@])/)
    .map(RegExp.escape)
    .join('\\u200b?');
}

/** Redacts by form alone, with one asterisk for each character, so that lines and columns stay. */
export function redactInPlace(text: string): string {
  return replaceMarked(text, secret => secret.replaceAll(/[^\r\n]/g, '*'));
}

/** Whether a text holds a private key, in PEM or in base64 of it. */
export function containsPrivateKey(text: string): boolean {
  return text.search(PRIVATE_KEY) >= 0 || [...text.matchAll(ENCODED_KEY)].some(([found]) => isKey(found));
}

function replaceMarked(text: string, mark: (secret: string) => string): string {
  const shown = text
    .replace(PRIVATE_KEY, mark)
    .replace(ENCODED_KEY, found => (isKey(found) ? mark(found) : found));
  return [TOKENS, WEB_LOGIN, LOGIN, QUERY, HEADER].reduce(
    (all, pattern) => all.replace(pattern, mark),
    shown,
  );
}

function isKey(encoded: string): boolean {
  const bytes = Buffer.from(encoded, 'base64');
  return bytes.includes('PRIVATE KEY-----') || isDer(bytes);
}

/** PKCS #8, PKCS #1 or SEC 1: a sequence that begins with its version. Certificates, public keys and signatures do not. */
function isDer(bytes: Buffer): boolean {
  const [tag, length = 0] = bytes;
  const start = length < 0x80 ? 2 : 2 + (length & 0x7f);
  return tag === 0x30 && bytes[start] === 2 && bytes[start + 1] === 1 && (bytes[start + 2] ?? 2) < 2;
}

/** Secrets as they are, in JSON, in a URL and in base64; the longest first, so that no rest of one stays. */
function formsOf(secrets: readonly string[]): readonly string[] {
  const forms = secrets
    .filter(({ length }) => length >= SHORTEST)
    .flatMap(secret => [
      secret,
      JSON.stringify(secret).slice(1, -1),
      encodeURIComponent(secret.toWellFormed()),
      Buffer.from(secret).toString('base64'),
    ]);
  return [...new Set(forms)].sort((a, b) => b.length - a.length);
}
