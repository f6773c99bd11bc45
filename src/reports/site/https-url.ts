/** The address if it is HTTPS and contains no login. The page links to no other address. */
export function httpsUrl(text: string | undefined): string | undefined {
  const url = text === undefined ? null : URL.parse(text);
  const isPlain = url?.protocol === 'https:' && url.username === '' && url.password === '';
  return isPlain ? url.href : undefined;
}
