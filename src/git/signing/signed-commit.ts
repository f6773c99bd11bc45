/**
 * A commit object with its signature as the last header; each further line of the header begins with a space.
 * https://git-scm.com/docs/signature-format
 */
export function withSignature(payload: Buffer, signature: string, isSha256: boolean): Buffer {
  const end = payload.indexOf('\n\n');
  const header = isSha256 ? 'gpgsig-sha256' : 'gpgsig';
  const lines = signature.replaceAll('\r\n', '\n').trimEnd().replaceAll('\n', '\n ');
  return Buffer.concat([
    payload.subarray(0, end + 1),
    Buffer.from(`${header} ${lines}\n`),
    payload.subarray(end + 1),
  ]);
}
