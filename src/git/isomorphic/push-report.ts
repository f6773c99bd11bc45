/**
 * Reads a receive-pack report (https://git-scm.com/docs/pack-protocol#_report_status): `undefined` where the ref was
 * moved, else what the remote said.
 */
export function parseReport(body: Buffer, hasSideBand: boolean): string | undefined {
  const bands = hasSideBand ? splitBands(body) : { report: body, said: '' };
  const lines = packetLines(bands.report).map(line => line.toString().trim());
  const isMoved = lines.includes('unpack ok') && lines.some(line => line.startsWith('ok '));
  if (isMoved) return undefined;
  const refused = lines.find(line => line.startsWith('ng '));
  const reason = refused?.split(' ').slice(2).join(' ') ?? (lines.join('; ') || 'no report');
  return `${bands.said}\n[remote rejected] (${reason})`;
}

/** Band 1 carries the report, 2 what hooks print, 3 a fatal error. */
function splitBands(body: Buffer): { readonly report: Buffer; readonly said: string } {
  const packets = packetLines(body);
  const band = (number: number) =>
    packets.filter(packet => packet[0] === number).map(packet => packet.subarray(1));
  const said = [...band(2), ...band(3)].map(String).join('');
  return { report: Buffer.concat(band(1)), said };
}

function packetLines(bytes: Buffer): readonly Buffer[] {
  const packets: Buffer[] = [];
  for (let at = 0; at + 4 <= bytes.length; ) {
    const length = Number.parseInt(bytes.toString('latin1', at, at + 4), 16);
    if (Number.isNaN(length)) break;
    if (length > 4) packets.push(bytes.subarray(at + 4, at + length));
    at += Math.max(length, 4);
  }
  return packets;
}
