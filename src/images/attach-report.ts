import { isDeepStrictEqual } from 'node:util';
import type { Descriptor } from '../oci/descriptor.ts';
import type { Store } from '../registry/store.ts';
import { uploadBundle } from '../signing/attach.ts';
import { attachOnce } from '../signing/attach-once.ts';
import { signStatement } from '../signing/bundle.ts';
import { findStatements } from '../signing/find.ts';
import type { Signer } from '../signing/signer.ts';
import { inTotoStatement, type Statement } from '../signing/statement.ts';
import { COSIGN_VULN, resultOf, wrapReport } from '../vulnerabilities/attested.ts';
import type { Report } from '../vulnerabilities/report.ts';

/** A scan report as its scanner wrote it, and in its parsed form. */
export interface ReportDocument {
  readonly json: unknown;
  readonly report: Report;
}

/** Signs and attaches a report unless the signer attached an equal one. Returns whether it did. */
export async function attachReport(
  store: Store,
  subject: Descriptor,
  signer: Signer,
  { json, report }: ReportDocument,
  created: Date,
): Promise<boolean> {
  const { digest } = subject;
  const predicate = wrapReport(json, report, created);
  const statement = inTotoStatement({ digest, predicateType: COSIGN_VULN, predicate });
  const search = { store, referrers: await store.referrers(digest), digest, trust: signer.trust };
  const isEqual = (other: Statement) =>
    isDeepStrictEqual(resultOf(other.predicate), resultOf(statement.predicate));
  for await (const found of findStatements(search, COSIGN_VULN)) if (isEqual(found.statement)) return false;
  const bundle = await signStatement(signer, statement);
  const content = await uploadBundle(store, subject, bundle, { predicateType: COSIGN_VULN, created });
  await attachOnce(search, [{ content, predicateType: COSIGN_VULN, hints: {}, isEqual }]);
  return true;
}
