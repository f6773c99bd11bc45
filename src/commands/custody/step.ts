import type { Environment, Environments } from '../../environments/environments.ts';
import { sourceNames } from '../../environments/image-origin.ts';
import { environmentNamed, imageNamed } from '../../environments/locate.ts';
import { parseReference } from '../../oci/reference.ts';
import { targetRepositories } from '../../plan/candidates.ts';
import { judgeRecords, judgeSummaries } from '../../records/judge.ts';
import type { PromotionRecord } from '../../records/statement.ts';
import type { CustodyStep, Gap } from '../../reports/custody.ts';
import type { Effects } from '../../run/effects.ts';
import { type EvidenceSearch, judgeSignatures } from '../../signing/find.ts';
import { refusalText, signerText } from '../../signing/find-signer.ts';

/** One environment of a chain, and the image at its end. */
export interface StepRequest {
  readonly environment: Environment;
  readonly image: string;
  /** The end of the chain, where the image's evidence is copied to. */
  readonly place: Omit<EvidenceSearch, 'trust'>;
  readonly isEnd: boolean;
}

/** The promotion into one environment, proved by our record and signature, and the gaps in that proof. */
export async function readStep(
  effects: Pick<Effects, 'signing'>,
  environments: Environments,
  { environment, image, place, isEnd }: StepRequest,
): Promise<{ readonly step?: CustodyStep | undefined; readonly gaps: readonly Gap[] }> {
  const { name, signing } = environment;
  const gap = (code: string, detail: string): Gap => ({ environment: name, code, detail });
  if (signing === undefined)
    return { gaps: [gap('unsigned', `${name} signs nothing, so no promotion into it is recorded`)] };
  const { trust } = await effects.signing(signing);
  const search = { ...place, trust };
  const own = targetRepositories(imageNamed(environments, image), environment);
  const repositories = isEnd ? [place.store.name] : own;
  const isAccepted = async () => true;
  const judged = await judgeRecords(search, { environment: name, repositories, isAccepted });
  const signature = await judgeSignatures(search);
  const unsigned =
    signature.kind === 'verified'
      ? []
      : [gap(signature.reason, `not signed for ${name}: ${refusalText(signature)}`)];
  if (judged.kind === 'refused') return { gaps: [gap(judged.code, judged.detail), ...unsigned] };
  const { record, manifest } = judged;
  const summary =
    signing.vsa === true
      ? await judgeSummaries(search, { environment: name, repositories, isAccepted })
      : undefined;
  const unsummarised =
    summary?.kind === 'refused' ? [gap(summary.code, `no verification summary: ${summary.detail}`)] : [];
  const step = {
    environment: name,
    record,
    manifest,
    recordedBy: signerText(judged.by),
    signedBy: signature.kind === 'verified' ? signerText(signature) : undefined,
    summary:
      summary?.kind === 'summarised'
        ? { manifest: summary.manifest, levels: summary.summary.levels, policyUri: summary.summary.policyUri }
        : undefined,
  };
  const gaps = [...holes(environments, environment, image, record), ...unsigned, ...unsummarised];
  return { step, gaps };
}

/** The gap if the record's source is not the environment before, or not the builds' repository. */
function holes(
  environments: Environments,
  { name, from }: Environment,
  image: string,
  record: PromotionRecord,
): readonly Gap[] {
  const { source: builds } = imageNamed(environments, image);
  const expected =
    from.kind === 'build'
      ? builds === undefined
        ? undefined
        : [builds]
      : sourceNames(from).flatMap(source =>
          targetRepositories(imageNamed(environments, image), environmentNamed(environments, source)),
        );
  const taken = parseReference(record.source).repository;
  if (expected === undefined || record.kind === 'rollback' || expected.includes(taken)) return [];
  const detail = `it was taken from ${taken}, and ${name} takes ${image} from ${expected.join(', ')}`;
  return [{ environment: name, code: 'hole', detail }];
}
