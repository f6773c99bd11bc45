/** A text or bytes with their length in front: https://www.rfc-editor.org/rfc/rfc4251#section-5 */
export function sshField(content: string | Uint8Array): Buffer {
  const bytes = Buffer.from(content);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** A positive number; it gets a zero byte in front where it would read as negative. */
export function sshInteger(content: Uint8Array): Buffer {
  const start = content.findIndex(byte => byte !== 0);
  const digits = start < 0 ? new Uint8Array() : content.subarray(start);
  const isNegative = (digits[0] ?? 0) >= 0x80;
  return sshField(isNegative ? Buffer.concat([Buffer.alloc(1), digits]) : digits);
}

/** Reads fields by shape: `4` is four bytes, `s` is bytes after their length. Throws if bytes are missing. */
export function readFields(bytes: Buffer, shape: string): readonly Buffer[] {
  let at = 0;
  const take = (length: number) => {
    if (at + length > bytes.length) throw new RangeError('an SSH field is cut off');
    at += length;
    return bytes.subarray(at - length, at);
  };
  return [...shape].map(kind => take(kind === '4' ? 4 : take(4).readUInt32BE()));
}
