import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { routeOf } from '../../src/cli/telemetry/route.ts';
import { telemetrySettings } from '../../src/cli/telemetry/settings.ts';
import { childEnvironment } from '../../src/secrets/child-environment.ts';
import { secretsOf } from '../../src/secrets/variables.ts';
import { spawnPromote } from '../built/run-promote.ts';
import { type Collector, startCollector } from '../servers/otlp.ts';
import { type Registry, startRegistry } from '../servers/registry.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const JOB = '00f067aa0ba902b7';
const ENDPOINT = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector.example:4318' };

describe('telemetry of a run', () => {
  let directory: string;
  let registry: Registry;
  let collector: Collector | undefined;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'promote-telemetry-'));
    registry = await startRegistry();
    await writeFile(
      join(directory, 'environments.yaml'),
      `version: 1
images: { api: { source: ${registry.host}/build/secret-name } }
hosts: { "${registry.host}": { insecure: true } }
environments: { dev: { from: build, registry: ${registry.host}/dev, files: [dev.yaml], commit: direct } }
`,
    );
  });
  afterEach(async () => {
    await collector?.close();
    collector = undefined;
    await registry.stop();
    await rm(directory, { recursive: true, force: true });
  });

  const inspect = async (env: Record<string, string>) =>
    await spawnPromote(directory, { HOME: directory, PATH: process.env.PATH, ...env }, [
      'inspect',
      `${registry.host}/team/secret-name:1.0.0`,
    ]);

  it('goes to the collector by its protocol, below the span of the CI', async () => {
    collector = await startCollector();
    const { code, stderr } = await inspect({
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_HEADERS: 'api-key=collectors-own-key',
      OTEL_SERVICE_NAME: 'shop-release',
      TRACEPARENT: `00-${TRACE}-${JOB}-01`,
    });
    expect([code, stderr]).toEqual([1, expect.stringContaining('secret-name')]);
    const root = collector.spans.find(({ name }) => name === 'promote inspect');
    expect(root).toMatchObject({ traceId: TRACE, parentId: JOB, isError: true });
    expect(root?.attributes).toEqual({ 'error.type': 'NOT_FOUND' });
    const requests = collector.spans.filter(({ attributes }) => 'http.request.method' in attributes);
    expect(requests).toContainEqual(
      expect.objectContaining({
        name: 'HEAD /v2/{}/manifests/{}',
        traceId: TRACE,
        parentId: root?.spanId,
        attributes: {
          'http.request.method': 'HEAD',
          'server.address': '127.0.0.1',
          'url.template': '/v2/{}/manifests/{}',
          'http.response.status_code': 404,
          'http.response.body.size': 0,
        },
      }),
    );
    expect(collector.metrics).toEqual(
      expect.arrayContaining(['http.client.request.duration', 'promote.step.duration']),
    );
    expect(collector.resources[0]).toMatchObject({ 'service.name': 'shop-release' });
    expect(collector.headers[0]?.['api-key']).toBe('collectors-own-key');
    // Neither what an image is called, nor what logs in at the collector.
    expect(collector.raw()).not.toMatch(/secret-name|collectors-own-key/);
    // The context is the collector's alone.
    const seen = registry.requests();
    expect(seen.length).toBeGreaterThan(0);
    expect(JSON.stringify(seen)).not.toContain(TRACE);
  });

  it('changes nothing of the run where the collector fails, and says so', async () => {
    collector = await startCollector(400);
    const { code, stderr } = await inspect({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^telemetry is not sent: /m)]);
    expect(stderr).toContain('secret-name');
  });

  it('keeps nothing of a trace that the CI does not keep', async () => {
    collector = await startCollector();
    await inspect({
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      TRACEPARENT: `00-${TRACE}-${JOB}-00`,
    });
    expect(collector.spans).toEqual([]);
    expect(collector.metrics.length).toBeGreaterThan(0);
  });
});

describe('what asks for telemetry', () => {
  it.each([
    ['nothing', {}, [false, false]],
    ['an address for all', ENDPOINT, [true, true]],
    [
      'one for metrics',
      { OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'http://m.example/v1/metrics' },
      [false, true],
    ],
    ['none of traces', { ...ENDPOINT, OTEL_TRACES_EXPORTER: 'none' }, [false, true]],
    ['a disabled library', { ...ENDPOINT, OTEL_SDK_DISABLED: 'TRUE' }, [false, false]],
  ])('is %s', (_, env, expected) => {
    const { traces, metrics, told } = telemetrySettings(env);
    expect([traces, metrics]).toEqual(expected);
    expect(told).toEqual([]);
  });

  it.each([
    [
      { ...ENDPOINT, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
      'OTEL_EXPORTER_OTLP_PROTOCOL is grpc',
      [false, false],
    ],
    [
      { ...ENDPOINT, OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/json' },
      'OTEL_EXPORTER_OTLP_TRACES_PROTOCOL is http/json',
      [false, true],
    ],
    [
      { ...ENDPOINT, OTEL_METRICS_EXPORTER: 'prometheus' },
      'OTEL_METRICS_EXPORTER is prometheus',
      [true, false],
    ],
    [
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' },
      'OTEL_EXPORTER_OTLP_ENDPOINT is no URL of a collector',
      [false, false],
    ],
    [
      { ...ENDPOINT, OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'nonsense' },
      'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT is no URL of a collector',
      [true, false],
    ],
  ])('is told where it is not known: %j', (env, message, expected) => {
    const { traces, metrics, told } = telemetrySettings(env);
    expect([traces, metrics, told]).toEqual([...expected, [expect.stringContaining(message)]]);
  });
});

it.each([
  ['/v2/', '/v2'],
  ['/v2/team/api/manifests/sha256:abc', '/v2/{}/manifests/{}'],
  ['/v2/team/manifests/blobs/tags/list', '/v2/{}/tags/list'],
  ['/v2/a/blobs/uploads/0a1b-secret', '/v2/{}/blobs/uploads/{}'],
  ['/repos/acme/gitops/pulls/12/reviews', '/repos/{}/pulls/{}/reviews'],
  ['/api/v4/projects/acme%2Fgitops/merge_requests/7', '/api/v4/projects/{}/merge_requests/{}'],
  ['/services/T000/B000/XXXXsecret', '/{}'],
])('shows of %s the words alone', (path, route) => {
  expect(routeOf(path)).toBe(route);
});

it('hands the context and the login of the collector to no other program, and prints neither', () => {
  const own = {
    TRACEPARENT: `00-${TRACE}-${JOB}-01`,
    OTEL_EXPORTER_OTLP_HEADERS: 'api-key=collectors%2Dkey',
    HOME: '/home',
  };
  expect(childEnvironment(own, 'git')).toEqual({ HOME: '/home' });
  expect(secretsOf(own)).toEqual(['collectors%2Dkey', 'collectors-key']);
});
