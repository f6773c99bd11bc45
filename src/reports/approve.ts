import type { ApprovalClaim } from '../gates/approvals.ts';
import { shortDigest } from '../oci/digest.ts';
import type { Plan } from '../plan/plan.ts';
import { type Block, heading, phrase, type Report } from './document.ts';
import type { approve } from './schemas/approve.ts';
import type { Json } from './schemas/parts.ts';

/** An approval of a plan that was signed now or before. */
export interface Approved {
  readonly plan: Plan;
  readonly person: string;
  /** The key's digest, or the identity in the certificate. */
  readonly signer: string;
  readonly claim: ApprovalClaim;
  /** The images that the approval is attached to. */
  readonly attached: readonly string[];
  readonly changed: boolean;
}

/** Reports who approved what, until when, and where the approval is. */
export function approveReport(approvals: readonly Approved[], file: string | undefined): Report {
  return {
    blocks: approvals.flatMap(one => blocksOf(one, file)),
    json: {
      file,
      approvals: approvals.map(({ plan, person, signer, claim, attached, changed }) => ({
        environment: plan.environment,
        group: plan.group,
        kind: plan.kind === 'rollback' ? ('rollback' as const) : ('promotion' as const),
        planDigest: plan.digest,
        name: person,
        id: signer,
        time: claim.time,
        expires: claim.expires,
        members: claim.members,
        attached,
        changed,
      })),
    } satisfies Json<typeof approve>,
  };
}

function blocksOf(
  { plan, person, claim, attached, changed }: Approved,
  file: string | undefined,
): readonly Block[] {
  const kind = plan.kind === 'rollback' ? 'a rollback of ' : '';
  const places = [...attached, ...(file === undefined ? [] : [file])];
  return [
    heading(
      phrase(`${kind}${plan.environment}/${plan.group}`),
      changed ? phrase(`approved by ${person}`, 'good') : phrase(`already approved by ${person}`, 'quiet'),
      phrase(`until ${claim.expires}`),
    ),
    {
      kind: 'items',
      items: [
        [phrase('plan', 'quiet'), phrase(plan.digest)],
        ...claim.members.map(({ image, digest, pinnedBy }) => [
          phrase(image),
          phrase(shortDigest(digest)),
          phrase(
            pinnedBy === null ? 'in place of nothing' : `in place of what ${pinnedBy.slice(0, 12)} pinned`,
            'quiet',
          ),
        ]),
        ...places.map(place => [phrase('in', 'quiet'), phrase(place)]),
      ],
    },
  ];
}
