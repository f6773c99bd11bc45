import type { Io } from '../io.ts';

type Env = Io['env'];

/** The signals that go to a collector. `told`: messages on settings that are not supported. */
export interface TelemetrySettings {
  readonly traces: boolean;
  readonly metrics: boolean;
  readonly told: readonly string[];
}

const PROTOCOL = 'http/protobuf';

/**
 * The signals that the variables of OpenTelemetry ask for; none if they name no collector.
 * https://opentelemetry.io/docs/specs/otel/protocol/exporter/
 */
export function telemetrySettings(env: Env): TelemetrySettings {
  const off = { traces: false, metrics: false, told: [] };
  if (env.OTEL_SDK_DISABLED?.toLowerCase() === 'true') return off;
  const found = (['TRACES', 'METRICS'] as const).map(signal => signalOf(env, signal));
  const [traces, metrics] = found.map(({ isSent }) => isSent);
  return {
    traces: traces === true,
    metrics: metrics === true,
    told: [...new Set(found.flatMap(({ told }) => told ?? []))],
  };
}

function signalOf(env: Env, signal: 'TRACES' | 'METRICS') {
  const ofSignal = `OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`;
  const endpoint = env[ofSignal] ? ofSignal : 'OTEL_EXPORTER_OTLP_ENDPOINT';
  if (!env[endpoint]) return { isSent: false };
  const exporter = env[`OTEL_${signal}_EXPORTER`] || 'otlp';
  if (exporter === 'none') return { isSent: false };
  if (exporter !== 'otlp')
    return {
      isSent: false,
      told: `telemetry: OTEL_${signal}_EXPORTER is ${exporter}, and only otlp is known`,
    };
  // The library would send to localhost instead.
  if (!/^https?:$/.test(URL.parse(env[endpoint])?.protocol ?? ''))
    return {
      isSent: false,
      told: `telemetry: ${endpoint} is no URL of a collector, such as http://collector.example:4318`,
    };
  const own = `OTEL_EXPORTER_OTLP_${signal}_PROTOCOL`;
  const [name, protocol] = env[own]
    ? [own, env[own]]
    : ['OTEL_EXPORTER_OTLP_PROTOCOL', env.OTEL_EXPORTER_OTLP_PROTOCOL || PROTOCOL];
  if (protocol === PROTOCOL) return { isSent: true };
  return {
    isSent: false,
    told: `telemetry: ${name} is ${protocol}, and only ${PROTOCOL} is spoken; collectors take it at port 4318`,
  };
}
