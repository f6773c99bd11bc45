import { normaliseAccepted } from '../accepted-signers.ts';
import type { Environments } from '../environments.ts';
import type { Mirror } from '../mirrors.ts';
import type { Written } from '../schema/environments.ts';
import { normaliseRefresh } from './refresh.ts';

/** The mirrors with their defaults, and how files that shall name them are changed; nothing without mirrors. */
export function normaliseMirrors(written: Written): Pick<Environments, 'mirrors' | 'mirrorProposals'> {
  if (written.mirrors === undefined) return {};
  const mirrorProposals = normaliseRefresh({ ...written, refresh: written.refresh ?? {} });
  return { mirrors: written.mirrors.map(normaliseMirror), mirrorProposals };
}

function normaliseMirror(written: NonNullable<Written['mirrors']>[number]): Mirror {
  const { name, from, to, tags, signature, moves = false, pins = false } = written;
  return {
    name,
    from,
    to,
    tags: tags.map(tag =>
      typeof tag === 'string'
        ? { tag, update: 'digest' }
        : { tag: tag.since, update: tag.update, newest: tag.newest },
    ),
    signature: signature === undefined ? [] : normaliseAccepted(signature),
    moves,
    pins,
  };
}
