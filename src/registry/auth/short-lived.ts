import type { Credential } from './credentials-file.ts';

const DAY = 24 * 60 * 60 * 1000;

/** User names with which clouds give out short-lived passwords, as the registries document. */
const USERS: Readonly<Record<string, string>> = {
  AWS: "Amazon ECR's passwords last 12 hours",
  oauth2accesstoken: "Google's access tokens last an hour",
  '00000000-0000-0000-0000-000000000000': "Azure's refresh tokens last hours",
  BEARER_TOKEN: "Oracle's tokens last an hour",
  iambearer: "IBM's tokens last an hour",
  'gitlab-ci-token': "a GitLab job's token ends with the job",
};

/** The beginnings of tokens that are valid for a few hours. */
const TOKENS: readonly (readonly [start: string, reason: string])[] = [
  ['ghs_', "a GitHub job's or App's token lasts an hour"],
  ['glcbt-', "a GitLab job's token ends with the job"],
  ['ya29.', "Google's access tokens last an hour"],
];

/** Why a login expires within a day; `undefined` where nothing shows that it does. */
export function soonGone(
  { username, password }: Extract<Credential, { readonly kind: 'basic' }>,
  now: Date,
): string | undefined {
  const known = USERS[username] ?? TOKENS.find(([start]) => password.startsWith(start))?.[1];
  if (known !== undefined) return known;
  const end = expiryOf(password);
  if (end === undefined || end.getTime() - now.getTime() >= DAY) return undefined;
  return `its token ends at ${end.toISOString()}`;
}

/** When a JSON Web Token ends; `undefined` for anything else. https://www.rfc-editor.org/rfc/rfc7519#section-4.1.4 */
function expiryOf(token: string): Date | undefined {
  const [, claims] = /^eyJ[\w-]+\.(eyJ[\w-]+)\.[\w-]*$/.exec(token) ?? [];
  const text = claims === undefined ? '' : Buffer.from(claims, 'base64url').toString();
  const [, seconds] = /"exp"\s*:\s*(\d{1,12})\b/.exec(text) ?? [];
  return seconds === undefined ? undefined : new Date(Number(seconds) * 1000);
}
