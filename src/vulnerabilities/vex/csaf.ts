import { z } from 'zod';
import { distinct, list, timeOf, words } from '../parts.ts';
import type { VexProduct, VexStatement, VexStatus } from './statement.ts';

const product = z.object({
  product_id: z.string(),
  product_identification_helper: z.object({ purl: words, purls: list(z.string()) }).nullish(),
});

type Product = z.infer<typeof product>;

const relationship = z.object({
  full_product_name: product,
  product_reference: z.string(),
  relates_to_product_reference: z.string(),
});

const vulnerability = z.object({
  cve: words,
  ids: list(z.object({ text: words })),
  product_status: z.record(z.string(), list(z.string())).nullish(),
});

/** https://docs.oasis-open.org/csaf/csaf/v2.0/os/csaf-v2.0-os.html#3239-vulnerabilities-property---product-status */
const STATUSES: Readonly<Record<string, VexStatus>> = {
  known_not_affected: 'not_affected',
  fixed: 'fixed',
  first_fixed: 'fixed',
  known_affected: 'affected',
  first_affected: 'affected',
  last_affected: 'affected',
  under_investigation: 'under_investigation',
};

/** The most levels of branches in a product tree, as the specification allows. */
const DEEPEST = 30;

/** A security advisory in CSAF 2. */
export const csaf = z
  .object({
    document: z.object({
      csaf_version: z.string(),
      tracking: z.object({ current_release_date: words }).nullish(),
    }),
    product_tree: z
      .object({
        branches: list(z.unknown()),
        full_product_names: list(product),
        relationships: list(relationship),
      })
      .nullish(),
    vulnerabilities: list(vulnerability),
  })
  .transform(({ document, product_tree, vulnerabilities }): readonly VexStatement[] => {
    const products = productsIn(product_tree);
    const time = timeOf(document.tracking?.current_release_date);
    return (vulnerabilities ?? []).flatMap(({ cve, ids, product_status }) =>
      Object.entries(product_status ?? {}).flatMap(([name, named]) => {
        const status = STATUSES[name];
        if (status === undefined) return [];
        return [
          {
            ids: distinct([cve, ...(ids ?? []).map(({ text }) => text)]),
            status,
            time,
            products: (named ?? []).flatMap(id => products.get(id) ?? []),
          },
        ];
      }),
    );
  });

interface Tree {
  readonly branches?: readonly unknown[] | null | undefined;
  readonly full_product_names?: readonly Product[] | null | undefined;
  readonly relationships?: readonly z.infer<typeof relationship>[] | null | undefined;
}

/** Every product by its id. A product within another one is a package of it. */
function productsIn(tree: Tree | null | undefined): ReadonlyMap<string, VexProduct> {
  const single = [
    ...(tree?.full_product_names ?? []),
    ...(tree?.branches ?? []).flatMap(one => inBranch(one, 1)),
  ];
  const purls = new Map(single.map(one => [one.product_id, purlsOf(one)]));
  const related = (tree?.relationships ?? []).map(
    ({ full_product_name, product_reference, relates_to_product_reference }) =>
      [
        full_product_name.product_id,
        {
          names: purls.get(relates_to_product_reference) ?? [],
          digests: [],
          // Without a package URL the part is unknown, so the statement must not match the whole product.
          packages: purls.get(product_reference)?.length ? (purls.get(product_reference) ?? []) : ['unnamed'],
        },
      ] as const,
  );
  const alone = [...purls].map(([id, names]) => [id, { names, digests: [], packages: [] }] as const);
  return new Map<string, VexProduct>([...alone, ...related]);
}

const branch = z.object({ branches: list(z.unknown()), product: product.nullish() });

function inBranch(json: unknown, depth: number): readonly Product[] {
  const { branches, product: own } = branch.safeParse(json).data ?? {};
  const below = depth < DEEPEST ? (branches ?? []).flatMap(one => inBranch(one, depth + 1)) : [];
  return own ? [own, ...below] : below;
}

function purlsOf({ product_identification_helper: helper }: Product): readonly string[] {
  return distinct([helper?.purl, ...(helper?.purls ?? [])]);
}
