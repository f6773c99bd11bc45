import type { Facts } from '../../src/gates/facts.ts';

/** What gates are told where nothing is known and nothing was stated. */
export const NOTHING: Facts = {
  kind: 'promotion',
  again: (...further) => ['promote apply production', ...further].join(' '),
  approveCommand: '/promote approve',
  command: (...words) => ['promote', ...words].join(' '),
  now: new Date('2026-11-21T09:00:00Z'),
  failures: new Map(),
  pinnedBefore: new Set(),
  states: new Map(),
  movedSources: new Map(),
  signatures: new Map(),
  scans: new Map(),
  scanData: { kind: 'none' },
  soaks: new Map(),
  checks: new Map(),
  provenances: new Map(),
  predecessors: new Map(),
  holds: { kind: 'read', holds: [] },
  calendars: new Map(),
  overrides: new Map(),
  reviews: new Map(),
  rollbacks: new Map(),
  run: undefined,
  allowBackward: false,
  approvedBy: [],
};
