/** An ECDSA signature in ASN.1 DER, from r and s of one length behind each other. https://www.rfc-editor.org/rfc/rfc3279#section-2.2.3 */
export function derSignature(raw: Uint8Array): Buffer {
  const half = raw.length / 2;
  const body = Buffer.concat([integer(raw.subarray(0, half)), integer(raw.subarray(half))]);
  return Buffer.concat([Buffer.from([0x30, body.length]), body]);
}

/** The shortest form of an integer, which is never negative. */
function integer(bytes: Uint8Array): Buffer {
  const start = bytes.findIndex(byte => byte !== 0);
  const digits = Buffer.from(start < 0 ? [0] : bytes.subarray(start));
  const sign = (digits[0] ?? 0) >= 0x80 ? [0] : [];
  return Buffer.concat([Buffer.from([0x02, digits.length + sign.length, ...sign]), digits]);
}
