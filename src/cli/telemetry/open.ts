import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type Attributes,
  type Context,
  DiagLogLevel,
  defaultTextMapGetter,
  diag,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { setGlobalErrorHandler, W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { PromoteError } from '../../errors.ts';
import type { Http } from '../../http/http.ts';
import type { HttpAnswer, HttpRequest } from '../../http/request.ts';
import { neutralise } from '../../reports/neutralise.ts';
import type { Io } from '../io.ts';
import { routeOf } from './route.ts';
import { samplerOf } from './sampler.ts';
import type { TelemetrySettings } from './settings.ts';
import type { Telemetry } from './telemetry.ts';

/** The most milliseconds that a collector may take with all tries, since the end of a run waits for it. */
const PATIENCE = 3_000;

/** The interval at which metrics are sent during a run, in milliseconds. */
const INTERVAL = 60_000;

/** Opens the telemetry of a run. The libraries read the collector's URL from the process's variables. */
export function openTelemetry(io: Io, settings: TelemetrySettings): Telemetry {
  listen(io);
  const patience = Math.min(Number(io.env.OTEL_EXPORTER_OTLP_TIMEOUT) || PATIENCE, PATIENCE);
  const resource = defaultResource()
    .merge(resourceFromAttributes({ 'service.name': 'promote' }))
    .merge(detectResources({ detectors: [envDetector] }));
  const tracing = new TracerProvider({
    resource,
    sampler: samplerOf(io),
    spanProcessors: settings.traces
      ? [new BatchSpanProcessor({ exporter: new OTLPTraceExporter({ timeoutMillis: patience }) })]
      : [],
  });
  const metering = new MeterProvider({
    resource,
    readers: settings.metrics
      ? [
          new PeriodicExportingMetricReader({
            exporter: new OTLPMetricExporter({ timeoutMillis: patience }),
            exportIntervalMillis: INTERVAL,
          }),
        ]
      : [],
  });
  const tracer = tracing.getTracer('gitops-promote');
  const meter = metering.getMeter('gitops-promote');
  const durations = meter.createHistogram('http.client.request.duration', { unit: 's' });
  const bytes = meter.createCounter('promote.http.received', { unit: 'By' });
  const steps = meter.createHistogram('promote.step.duration', { unit: 's' });
  const current = new AsyncLocalStorage<Context>();
  const origin = parentOf(io.env);

  /** Runs the work in a span, which ends with the work. */
  async function within<T>(
    { name, attributes, kind }: { name: string; attributes: Attributes; kind?: SpanKind },
    work: (span: Span) => Promise<T>,
    ended: (seconds: number, error: string | undefined) => void,
  ): Promise<T> {
    const parent = current.getStore() ?? origin;
    const span = tracer.startSpan(name, { attributes, kind: kind ?? SpanKind.INTERNAL }, parent);
    const begun = performance.now();
    let failure: string | undefined;
    try {
      return await current.run(trace.setSpan(parent, span), async () => await work(span));
    } catch (error) {
      // Only the code is sent, since a message may contain private names.
      failure = error instanceof PromoteError ? error.code : 'UNEXPECTED';
      span.setAttribute('error.type', failure).setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
      ended((performance.now() - begun) / 1000, failure);
    }
  }

  async function request<Answer extends HttpAnswer>(
    { method, url }: HttpRequest,
    send: () => Promise<Answer>,
  ): Promise<Answer> {
    const attributes: Attributes = {
      'http.request.method': method,
      'server.address': url.hostname,
      'url.template': routeOf(url.pathname),
    };
    const known: Attributes = { ...attributes };
    return await within(
      { name: `${method} ${attributes['url.template']}`, attributes, kind: SpanKind.CLIENT },
      async span => {
        const answer = await send();
        known['http.response.status_code'] = answer.status;
        const size = sizeOf(answer);
        span.setAttribute('http.response.status_code', answer.status);
        if (size !== undefined) span.setAttribute('http.response.body.size', size);
        if (size !== undefined) bytes.add(size, attributes);
        return answer;
      },
      (seconds, error) =>
        durations.record(seconds, error === undefined ? known : { ...known, 'error.type': error }),
    );
  }

  return {
    measure: (name, about, work) =>
      within(
        { name, attributes: { ...about } },
        async span => await work(more => void span.setAttributes({ ...more })),
        (seconds, error) =>
          steps.record(seconds, {
            'promote.step': name,
            ...(error === undefined ? {} : { 'error.type': error }),
          }),
      ),
    observe: http => observed(http, request),
    close: async () => {
      await Promise.allSettled([tracing.shutdown(), metering.shutdown()]);
      diag.disable();
    },
  };
}

function observed(
  http: Http,
  request: <A extends HttpAnswer>(asked: HttpRequest, send: () => Promise<A>) => Promise<A>,
): Http {
  return {
    ...http,
    send: asked => request(asked, () => http.send(asked)),
    stream: asked => request(asked, () => http.stream(asked)),
  };
}

/** The number of bytes that were read, else the number that the answer announces. */
function sizeOf(answer: HttpAnswer): number | undefined {
  if (answer.kind === 'response') return answer.bytes.byteLength;
  const size = Number(answer.headers['content-length'] ?? Number.NaN);
  return Number.isSafeInteger(size) ? size : undefined;
}

/** The parent span: that of the CI's job. https://www.w3.org/TR/trace-context/ */
function parentOf(env: Io['env']): Context {
  const carrier = { traceparent: env.TRACEPARENT, tracestate: env.TRACESTATE };
  return new W3CTraceContextPropagator().extract(ROOT_CONTEXT, carrier, defaultTextMapGetter);
}

/** Reports once why the collector refused something, without the libraries' own words around the reason. */
function listen({ stderr }: Io): void {
  const said = new Set<string>();
  const say = (message: string) => {
    const [line = ''] = message.split('\n');
    const reason = /Error: (.*?)\)?$/.exec(line)?.[1] ?? line;
    if (!said.has(reason)) stderr.write(`${neutralise(`telemetry is not sent: ${reason}`)}\n`);
    said.add(reason);
  };
  const silent = () => undefined;
  const logger = { error: say, warn: say, info: silent, debug: silent, verbose: silent };
  diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  setGlobalErrorHandler(error =>
    say(typeof error === 'string' ? error : (error.message ?? error.name ?? '')),
  );
}
