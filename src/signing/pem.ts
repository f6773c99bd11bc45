/** A PEM block: its label, the base64 between its lines, and the whole block as written. */
export interface PemBlock {
  readonly label: string;
  readonly body: string;
  readonly text: string;
}

const LIMIT = 64 * 1024;
const KEY_BLOCK = /-----BEGIN ([A-Z ]*KEY)-----([\sA-Za-z0-9+/=]*)-----END \1-----/;

/** The first block of a PEM text whose label is that of a key; `undefined` if there is none. */
export function findKeyBlock(pem: string): PemBlock | undefined {
  const match = KEY_BLOCK.exec(pem.slice(0, LIMIT));
  if (match === null) return undefined;
  const [text, label = '', body = ''] = match;
  return { label, body, text };
}
