import type { Environment, Environments } from '../../environments/environments.ts';
import { pushRepository } from '../../environments/locate.ts';
import type { HistoryEvent } from '../../plan/history.ts';
import { findRecord } from '../../records/find.ts';
import type { RecordedPromotion } from '../../reports/history.ts';
import type { Effects } from '../effects.ts';

/** The most images of a history whose records are looked for. */
const MOST = 50;

/** The records of what the events promoted, where records are kept: from where, and who approved. */
export async function readHistoryRecords(
  effects: Effects,
  { images }: Environments,
  environment: Environment,
  events: readonly HistoryEvent[],
): Promise<readonly RecordedPromotion[]> {
  const { signing, registries } = environment;
  const [registry] = registries;
  if (signing === undefined || registry === undefined) return [];
  const { trust } = await effects.signing(signing);
  const named = events
    .flatMap(event => event.images)
    .flatMap(({ image, kind, after }) =>
      after.flatMap(({ digest }) =>
        kind === 'edit' || digest === undefined ? [] : [{ kind, image, digest }],
      ),
    );
  const distinct = [
    ...new Map(named.map(entry => [`${entry.kind} ${entry.image}@${entry.digest}`, entry])).values(),
  ];
  const found = distinct.slice(0, MOST).map(async ({ kind, image, digest }) => {
    const known = images.find(({ name }) => name === image);
    if (known === undefined) return [];
    const repository = pushRepository(registry, known);
    const store = effects.store(repository);
    const referrers = await store.referrers(digest);
    const record = await findRecord({
      store,
      referrers,
      digest,
      trust,
      environment: environment.name,
      repository,
      kind,
    });
    if (record === undefined) return [];
    const approvals = record.approvals.map(({ name }) => name);
    return [{ kind, image, digest, from: record.environment.from, plan: record.planDigest, approvals }];
  });
  return (await Promise.all(found)).flat();
}
