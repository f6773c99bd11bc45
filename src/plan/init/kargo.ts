import { originYaml, type WrittenOrigin } from '../../environments/image-origin.ts';
import { lastOf, none, type Row, same } from './met.ts';
import { at, type ClusterObject, clusterObjects, listAt, textAt } from './objects.ts';

/** The flow of images in other tools: where a stage takes from, and where an image is built. */
export interface Ways {
  /** By stage, `build` or the stages that it takes from. */
  readonly from: ReadonlyMap<string, WrittenOrigin>;
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
        typeof from === 'string'
          ? none(called, from)
          : same(called, `environments.${name}.from: ${originYaml(from.origin)}`),
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
        const from = fromOf(value);
        return typeof from === 'string' ? [] : [[name, from.origin] as const];
      }),
    ),
    sources: new Map(images.map(image => [lastOf(image), image] as const)),
  };
}

/**
 * Where a stage takes images from, or why no environment does the same.
 * Stages are alternatives unless the strategy is `All`, as in Kargo's `FreightSources`.
 */
function fromOf(stage: unknown): { readonly origin: WrittenOrigin } | string {
  const freights = listAt(stage, 'spec', 'requestedFreight');
  const stages = freights.map(freight =>
    listAt(freight, 'sources', 'stages').filter(name => typeof name === 'string'),
  );
  const names = [...new Set(stages.flat())];
  const [only, second] = names;
  const isBuilt = freights.some(freight => at(freight, 'sources', 'direct') === true);
  if (only === undefined) return isBuilt ? { origin: 'build' } : 'taking from nothing';
  if (isBuilt)
    return `taking from build and ${names.join(', ')}: an environment takes from builds or from others`;
  if (second === undefined) return { origin: only };
  if (stages.some(each => each.join() !== stages[0]?.join()))
    return `taking each image from other stages (${names.join(', ')}): an environment has one \`from\``;
  const isAll = freights.every(freight => textAt(freight, 'sources', 'availabilityStrategy') === 'All');
  return { origin: isAll ? { all: names } : { any: names } };
}
