import { z } from 'zod';
import { type Digest, isDigest } from '../../oci/digest.ts';
import { distinct, list, timeOf, words } from '../parts.ts';
import type { VexProduct, VexStatement, VexStatus } from './statement.ts';

const component = z.object({
  '@id': words,
  identifiers: z.record(z.string(), z.string()).nullish(),
  hashes: z.record(z.string(), z.string()).nullish(),
});

const statement = z.object({
  vulnerability: z.union([z.string(), z.object({ '@id': words, name: words, aliases: list(z.string()) })]),
  products: list(z.union([z.string(), component.extend({ subcomponents: list(component) })])),
  status: z.string(),
  justification: words,
  impact_statement: words,
  timestamp: words,
  last_updated: words,
});

/** https://github.com/openvex/spec/blob/main/OPENVEX-SPEC.md */
export const openVex = z
  .object({ '@context': z.string().startsWith('https://openvex.dev/ns') })
  .extend({ timestamp: words, last_updated: words, statements: list(statement) })
  .transform(({ timestamp, last_updated, statements }): readonly VexStatement[] => {
    const ofDocument = timeOf(last_updated) ?? timeOf(timestamp);
    return (statements ?? []).flatMap(one => {
      const status = statusOf(one);
      if (status === undefined) return [];
      return [
        {
          ids: namesOf(one.vulnerability),
          status,
          time: timeOf(one.last_updated) ?? timeOf(one.timestamp) ?? ofDocument,
          products: (one.products ?? []).map(productOf),
        },
      ];
    });
  });

type Written = z.infer<typeof statement>;

/** The status of a statement. `not_affected` counts only with a reason. */
function statusOf({ status, justification, impact_statement }: Written): VexStatus | undefined {
  if (status === 'not_affected') return justification || impact_statement ? status : undefined;
  return status === 'fixed' || status === 'affected' || status === 'under_investigation' ? status : undefined;
}

function namesOf(vulnerability: Written['vulnerability']): readonly string[] {
  if (typeof vulnerability === 'string') return [vulnerability];
  const { '@id': id, name, aliases } = vulnerability;
  return distinct([name, id?.split('/').at(-1), ...(aliases ?? [])]);
}

function productOf(product: NonNullable<Written['products']>[number]): VexProduct {
  if (typeof product === 'string') return { names: [product], digests: [], packages: [] };
  return {
    names: namesIn(product),
    digests: digestsOf(product.hashes),
    // Without a name the part is unknown, so the statement must not match the whole product.
    packages: (product.subcomponents ?? []).flatMap(part => {
      const names = namesIn(part);
      return names.length > 0 ? names : ['unnamed'];
    }),
  };
}

function namesIn({ '@id': id, identifiers }: z.infer<typeof component>): readonly string[] {
  return distinct([id, ...Object.values(identifiers ?? {})]);
}

function digestsOf(hashes: z.infer<typeof component>['hashes']): readonly Digest[] {
  return Object.entries(hashes ?? {}).flatMap(([algorithm, hex]) => {
    const digest = `${algorithm.toLowerCase().replace('-', '')}:${hex}`;
    return isDigest(digest) ? [digest] : [];
  });
}
