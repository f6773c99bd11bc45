import { lastOf, none, type Row, same } from './met.ts';
import { at, type ClusterObject, clusterObjects, listAt, textAt } from './objects.ts';

/** The flow of images in other tools: where a stage takes from, and where an image is built. */
export interface Ways {
  /** By stage, `build` or the one stage that it takes from. */
  readonly from: ReadonlyMap<string, string>;
  /** Repositories that are watched for builds, by the last part of their path. */
  readonly sources: ReadonlyMap<string, string>;
}

/**
 * The equivalents of an object of Kargo.
 * https://docs.kargo.io/user-guide/
 */
export function kargoRows({ kind, name, value }: ClusterObject): readonly Row[] {
  const called = `Kargo's ${kind} ${name}`;
  switch (kind) {
    case 'Stage': {
      const from = fromOf(value);
      const soak = listAt(value, 'spec', 'requestedFreight').map(freight =>
        textAt(freight, 'sources', 'requiredSoakTime'),
      );
      return [
        from.length === 1
          ? same(called, `environments.${name}.from: ${from[0]}`)
          : none(called, `taking from ${from.join(' and ') || 'nothing'}: an environment takes from one`),
        ...soak.filter(time => time !== '').map(time => soakRow(called, time)),
        ...(at(value, 'spec', 'verification') === undefined
          ? []
          : [none(`${called}, verification`, 'an analysis by AnalysisTemplates')]),
      ];
    }
    case 'Warehouse':
      return listAt(value, 'spec', 'subscriptions').map(subscription => {
        const image = textAt(subscription, 'image', 'repoURL');
        return image === ''
          ? none(
              called,
              `a subscription to ${Object.keys(Object(subscription)).join(', ')}: images alone are promoted`,
            )
          : same(
              called,
              `images.${lastOf(image)}.source: ${image}, and promote apply --image after each build`,
            );
      });
    case 'Project':
    case 'ProjectConfig':
      return listAt(value, 'spec', 'promotionPolicies')
        .filter(policy => at(policy, 'autoPromotionEnabled') !== true)
        .map(policy => {
          const stage = textAt(policy, 'stage') || 'each stage that it selects';
          return same(`${called}, promotion by hand`, `gates: { approval: { count: 1 } } of ${stage}`);
        });
    case 'PromotionTask':
    case 'ClusterPromotionTask':
      return [none(called, 'steps of your own: pins are found by the repository that they name')];
    default:
      return [];
  }
}

function soakRow(called: string, time: string): Row {
  return same(`${called}, requiredSoakTime ${time}`, `gates: { soak: ${time} }`);
}

/** The flow of images through Kargo's stages and warehouses. */
export function findWays(texts: ReadonlyMap<string, string>): Ways {
  const kargo = clusterObjects(texts).filter(({ group }) => group === 'kargo.akuity.io');
  const stages = kargo.filter(({ kind }) => kind === 'Stage');
  const images = kargo
    .filter(({ kind }) => kind === 'Warehouse')
    .flatMap(({ value }) => listAt(value, 'spec', 'subscriptions'))
    .flatMap(subscription => textAt(subscription, 'image', 'repoURL') || []);
  return {
    from: new Map(
      stages.flatMap(({ name, value }) => {
        const [from, ...others] = fromOf(value);
        return from === undefined || others.length > 0 ? [] : [[name, from] as const];
      }),
    ),
    sources: new Map(images.map(image => [lastOf(image), image] as const)),
  };
}

function fromOf(stage: unknown): readonly string[] {
  const sources = listAt(stage, 'spec', 'requestedFreight').flatMap(freight => [
    ...(at(freight, 'sources', 'direct') === true ? ['build'] : []),
    ...listAt(freight, 'sources', 'stages').filter(name => typeof name === 'string'),
  ]);
  return [...new Set(sources)];
}
