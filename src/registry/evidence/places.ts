import type { Store } from '../store.ts';

/** The repository of the images themselves. Only its content counts as present. */
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
