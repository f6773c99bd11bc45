/** What neither REST nor Git only reads. GitLab's GraphQL is asked queries alone. */
const READS = /^GET |git-upload-pack|service=git-|\/gitlab\/api\/graphql$/;

/** The calls of a forge that may change something there. */
export function writesOf(calls: readonly string[]): readonly string[] {
  return calls.filter(call => !READS.test(call));
}
