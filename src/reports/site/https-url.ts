/** The address if it is one of the web by TLS and names no login; the page links to no other. */
export function httpsUrl(text: string | undefined): string | undefined {
  const url = text === undefined ? null : URL.parse(text);
  const isPlain = url?.protocol === 'https:' && url.username === '' && url.password === '';
  return isPlain ? url.href : undefined;
}
