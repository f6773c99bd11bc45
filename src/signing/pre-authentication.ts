/** What a DSSE signature is over. https://github.com/secure-systems-lab/dsse/blob/v1.0.2/protocol.md#signature-definition */
export function preAuthenticationEncoding(type: string, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`DSSEv1 ${Buffer.byteLength(type)} ${type} ${body.length} `), body]);
}
