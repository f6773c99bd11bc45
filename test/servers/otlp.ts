import { createServer, type IncomingHttpHeaders } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { listen, portOf } from './registry.ts';

/** A field of a message on the wire: its bytes or its number, by the field's number. */
type Fields = ReadonlyMap<number, readonly (Buffer | bigint)[]>;

/** A span as a collector reads it. */
export interface CollectedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string;
  readonly name: string;
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly isError: boolean;
}

/** A collector of OpenTelemetry on a loopback port; it reads OTLP by HTTP and protobuf. */
export interface Collector {
  readonly url: string;
  readonly headers: IncomingHttpHeaders[];
  /** Everything that it was sent, as bytes in one text. */
  readonly raw: () => string;
  readonly spans: CollectedSpan[];
  readonly metrics: string[];
  /** The attributes of the resource that spans come from. */
  readonly resources: Readonly<Record<string, string | number>>[];
  close(): Promise<void>;
}

/** Starts one; `status` is what it answers. https://opentelemetry.io/docs/specs/otlp/#otlphttp */
export async function startCollector(status = 200): Promise<Collector> {
  const bodies: Buffer[] = [];
  const collected = {
    headers: [] as IncomingHttpHeaders[],
    spans: [] as CollectedSpan[],
    metrics: [] as string[],
    resources: [] as Record<string, string | number>[],
  };
  const server = createServer(async (request, response) => {
    const sent = Buffer.concat(await Array.fromAsync(request));
    const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent;
    const isOtlp = request.method === 'POST' && request.headers['content-type'] === 'application/x-protobuf';
    if (!isOtlp || !['/v1/traces', '/v1/metrics'].includes(request.url ?? '')) {
      response.writeHead(415).end();
      return;
    }
    bodies.push(body);
    collected.headers.push(request.headers);
    // ExportTraceServiceRequest and ExportMetricsServiceRequest: resource 1, scopes 2; of a scope: items 2.
    for (const resourceItems of messages(read(body), 1)) {
      collected.resources.push(attributesOf(messages(resourceItems, 1)[0] ?? new Map(), 1));
      const items = messages(resourceItems, 2).flatMap(scope => messages(scope, 2));
      if (request.url === '/v1/traces') collected.spans.push(...items.map(spanOf));
      else collected.metrics.push(...items.map(item => text(item, 1)));
    }
    response.writeHead(status, { 'content-type': 'application/x-protobuf' }).end();
  });
  await listen(server);
  return {
    url: `http://127.0.0.1:${portOf(server)}`,
    ...collected,
    raw: () => Buffer.concat(bodies).toString('latin1'),
    close: async () => {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

/** https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/trace/v1/trace.proto */
function spanOf(span: Fields): CollectedSpan {
  const status = messages(span, 15)[0];
  return {
    traceId: hex(span, 1),
    spanId: hex(span, 2),
    parentId: hex(span, 4),
    name: text(span, 5),
    attributes: attributesOf(span, 9),
    isError: status?.get(3)?.[0] === 2n,
  };
}

function attributesOf(message: Fields, field: number): Record<string, string | number> {
  return Object.fromEntries(
    messages(message, field).map(pair => {
      const [value = new Map()] = messages(pair, 2);
      const number = value.get(3)?.[0];
      return [text(pair, 1), typeof number === 'bigint' ? Number(number) : text(value, 1)];
    }),
  );
}

function messages(message: Fields, field: number): readonly Fields[] {
  return (message.get(field) ?? []).flatMap(value => (typeof value === 'bigint' ? [] : [read(value)]));
}

function text(message: Fields, field: number): string {
  return bytes(message, field).toString();
}

function hex(message: Fields, field: number): string {
  return bytes(message, field).toString('hex');
}

function bytes(message: Fields, field: number): Buffer {
  const value = message.get(field)?.[0];
  return typeof value === 'object' ? value : Buffer.alloc(0);
}

/** https://protobuf.dev/programming-guides/encoding/ */
function read(buffer: Buffer): Fields {
  const fields = new Map<number, (Buffer | bigint)[]>();
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = buffer[at++];
      if (byte === undefined) throw new Error('a message ends within a number');
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const take = (length: number) => {
    if (at + length > buffer.length) throw new Error('a message is cut off');
    at += length;
    return buffer.subarray(at - length, at);
  };
  while (at < buffer.length) {
    const tag = Number(varint());
    const kind = tag & 7;
    if (![0, 1, 2, 5].includes(kind)) throw new Error(`no such kind of field: ${kind}`);
    const value = kind === 0 ? varint() : take(kind === 2 ? Number(varint()) : kind === 1 ? 8 : 4);
    fields.set(tag >> 3, [...(fields.get(tag >> 3) ?? []), value]);
  }
  return fields;
}
