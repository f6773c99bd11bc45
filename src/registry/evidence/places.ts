import type { Store } from '../store.ts';

/** The repository that the images themselves are in: only what is there counts as there. */
export function imagesOf(store: Store): Store {
  return store.apart?.images ?? store;
}

/** The repository that evidence is written to. */
export function evidenceOf(store: Store): Store {
  return store.apart?.evidence ?? store;
}

/** The repositories that may have evidence, the images' own first. */
export function placesOf(store: Store): readonly Store[] {
  return store.apart === undefined ? [store] : [store.apart.images, store.apart.evidence];
}
