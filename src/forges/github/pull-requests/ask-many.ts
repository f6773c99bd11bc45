import type { GitHub } from '../github.ts';

/** Pull requests of one request: each of their items is a node, and GitHub allows half a million nodes. */
const AT_ONCE = 100;

/** Reads the same fields of many pull requests, a hundred a request; those not shown are left out. */
export async function askMany<Fields>(
  github: GitHub,
  { what, fields }: { readonly what: string; readonly fields: string },
  numbers: readonly number[],
): Promise<ReadonlyMap<number, Fields>> {
  const found = new Map<number, Fields>();
  for (let start = 0; start < numbers.length; start += AT_ONCE) {
    const some = numbers.slice(start, start + AT_ONCE);
    const { repository } = await github.graphql<{
      readonly repository: Readonly<Record<string, Fields | null>>;
    }>(`read the ${what} of ${some.length} pull requests`, queryFor(some, what, fields), {
      ...github.place,
      request: { retries: 0 },
    });
    for (const number of some) {
      const answer = repository[`p${number}`];
      if (answer) found.set(number, answer);
    }
  }
  return found;
}

function queryFor(numbers: readonly number[], name: string, fields: string): string {
  const asked = numbers.map(number => `p${number}: pullRequest(number: ${number}) { ${fields} }`).join('\n');
  return `query ${name}($owner: String!, $repo: String!) {
repository(owner: $owner, name: $repo) {
${asked}
} }`;
}
