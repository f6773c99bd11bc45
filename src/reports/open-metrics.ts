import type { Delivery } from '../plan/delivery.ts';

/** The measures, and the number of days that they cover. */
export interface Measured {
  readonly days: number;
  readonly environments: readonly (Delivery & {
    /** Whether the history of all these days was read. */
    readonly isWhole: boolean;
  })[];
}

type Sample = readonly [name: string, labels: Readonly<Record<string, string>>, value: number];

/** Samples with one name, which ends with `unit`. */
interface Family {
  readonly name: string;
  readonly type: 'gauge' | 'summary';
  readonly unit?: 'seconds' | 'ratio';
  readonly help: string;
  readonly samples: readonly Sample[];
}

const QUANTILES = [0.5, 0.95];

/** The measures as text of OpenMetrics 1.0: https://prometheus.io/docs/specs/om/open_metrics_spec/ */
export function openMetrics(measured: Measured): string {
  return [...familiesOf(measured).flatMap(linesOf), '# EOF', ''].join('\n');
}

function familiesOf({ days, environments }: Measured): readonly Family[] {
  const counted = (pick: (one: Measured['environments'][number]) => number | undefined, name: string) =>
    environments.flatMap((one): readonly Sample[] => {
      const value = pick(one);
      return value === undefined ? [] : [[name, { environment: one.environment }, value]];
    });
  const gauge = (
    name: string,
    help: string,
    pick: (one: Measured['environments'][number]) => number | undefined,
    unit?: 'ratio',
  ): Family => ({ name, type: 'gauge', ...(unit && { unit }), help, samples: counted(pick, name) });
  const summary = (name: string, help: string, pick: (one: Delivery) => readonly number[]): Family => ({
    name,
    type: 'summary',
    unit: 'seconds',
    help,
    samples: environments.flatMap(one => summarySamples(name, { environment: one.environment }, pick(one))),
  });
  return [
    {
      name: 'promote_window_seconds',
      type: 'gauge',
      unit: 'seconds',
      help: 'The time before now that everything but ages is counted over.',
      samples: [['promote_window_seconds', {}, days * 86_400]],
    },
    gauge('promote_history_whole', '1 if the history of the whole window was read.', one =>
      one.isWhole ? 1 : 0,
    ),
    gauge('promote_promotions', 'Images that were promoted.', one => one.promotions),
    gauge('promote_promotions_per_day', 'Images that were promoted in a day.', one => one.promotions / days),
    gauge('promote_rollbacks', 'Images that were rolled back.', one => one.rollbacks),
    gauge(
      'promote_rolled_back_ratio',
      'Share of the promotions that were rolled back.',
      one => (one.promotions === 0 ? undefined : one.rolledBack / one.promotions),
      'ratio',
    ),
    summary('promote_lead_time_seconds', 'From the build of an image to its pin.', one => one.leadTimes),
    gauge(
      'promote_lead_time_unknown',
      'Promotions of images that do not say when they were built, and were pinned nowhere before.',
      one => one.unknownLeadTimes,
    ),
    summary(
      'promote_approval_wait_seconds',
      'From the pin in the source environment to the last review.',
      one => one.approvalWaits,
    ),
    summary('promote_restore_time_seconds', 'From a promotion to its rollback.', one => one.restoreTimes),
    {
      name: 'promote_pin_age_seconds',
      type: 'gauge',
      unit: 'seconds',
      help: 'Since when an image is pinned as it is.',
      samples: environments.flatMap(({ environment, ages }) =>
        ages.map(
          ({ image, seconds }): Sample => ['promote_pin_age_seconds', { environment, image }, seconds],
        ),
      ),
    },
  ];
}

function summarySamples(
  name: string,
  labels: Readonly<Record<string, string>>,
  values: readonly number[],
): readonly Sample[] {
  const sorted = values.toSorted((left, right) => left - right);
  const quantiles = QUANTILES.flatMap((quantile): readonly Sample[] => {
    // The nearest rank is used, so the quantile is a measured value.
    const value = sorted[Math.ceil(quantile * sorted.length) - 1];
    return value === undefined ? [] : [[name, { ...labels, quantile: `${quantile}` }, value]];
  });
  const sum = sorted.reduce((total, value) => total + value, 0);
  return [...quantiles, [`${name}_sum`, labels, sum], [`${name}_count`, labels, sorted.length]];
}

function linesOf({ name, type, unit, help, samples }: Family): readonly string[] {
  if (samples.length === 0) return [];
  return [
    `# TYPE ${name} ${type}`,
    ...(unit === undefined ? [] : [`# UNIT ${name} ${unit}`]),
    `# HELP ${name} ${help}`,
    ...samples.map(([sample, labels, value]) => `${sample}${labelsText(labels)} ${value}`),
  ];
}

function labelsText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
