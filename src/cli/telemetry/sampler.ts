import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace';
import { neutralise } from '../../reports/neutralise.ts';
import type { Io } from '../io.ts';

/**
 * The sampler that `OTEL_TRACES_SAMPLER` names. By default it keeps all traces, or follows the CI's own
 * trace. https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
 */
export function samplerOf({ env, stderr }: Pick<Io, 'env' | 'stderr'>): Sampler {
  const { OTEL_TRACES_SAMPLER: name = 'parentbased_always_on', OTEL_TRACES_SAMPLER_ARG: ratio } = env;
  const roots: Readonly<Record<string, () => Sampler>> = {
    always_on: () => new AlwaysOnSampler(),
    always_off: () => new AlwaysOffSampler(),
    traceidratio: () => new TraceIdRatioBasedSampler(ratio === undefined ? 1 : Number(ratio)),
  };
  const isByParent = name.startsWith('parentbased_');
  const root = roots[name.replace(/^parentbased_/, '')]?.();
  if (root === undefined)
    stderr.write(`${neutralise(`telemetry: OTEL_TRACES_SAMPLER ${name} is not known, so all is sampled`)}\n`);
  const sampler = root ?? new AlwaysOnSampler();
  return isByParent ? new ParentBasedSampler({ root: sampler }) : sampler;
}
