import type { Facts } from '../../src/gates/gate.ts';

/** What gates are told where nothing is known and nothing was stated. */
export const NOTHING: Facts = {
  lived: new Set(),
  states: new Map(),
  signatures: new Map(),
  allowBackward: false,
  approvedBy: [],
};
