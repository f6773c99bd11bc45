import type { Environment, Environments } from '../../environments/environments.ts';
import type { TrustedSource } from '../../environments/trusted-source.ts';
import { PromoteError } from '../../errors.ts';
import type { Finding } from '../../plan/check.ts';
import type { Effects } from '../../run/effects.ts';
import { keyId } from '../../signing/public-key.ts';

/**
 * Finds keys that sign images, and whose attestations count as reports, VEX, test results or approvals. Cosign 3
 * takes any attestation by a key for a signature by it. The rules of the file compare names; this compares keys,
 * since a private key and its public half have two names.
 */
export async function checkAttestingKeys(
  effects: Pick<Effects, 'signing' | 'trust'>,
  { environments }: Environments,
): Promise<readonly Finding[]> {
  const attesting = environments.flatMap(attestingKeys);
  if (attesting.length === 0) return [];
  const own = new Map<string, string>();
  for (const { name, signing } of environments) {
    if (signing === undefined) continue;
    const ids = await idsOf(async () => (await effects.signing(signing)).trust.signers);
    for (const id of ids) if (!own.has(id)) own.set(id, name);
  }
  const checked = attesting.map(async ({ subject, signer }): Promise<readonly Finding[]> => {
    const ids = await idsOf(
      async () => (await effects.trust({ signer, images: [], children: false })).signers,
    );
    const signed = ids.flatMap(id => own.get(id) ?? [])[0];
    if (signed === undefined || signer.kind !== 'key') return [];
    const message = `${signer.key} signs the images of ${signed}, too, and cosign takes any attestation by it for a signature`;
    const hint = 'give scan reports, VEX, test results and approvals a key of their own';
    return [{ severity: 'error', subject, message, hint }];
  });
  return (await Promise.all(checked)).flat();
}

interface AttestingKey {
  readonly subject: string;
  readonly signer: TrustedSource;
}

function attestingKeys({ name, gates, rollback }: Environment): readonly AttestingKey[] {
  const { vulnerabilities, checks = [], approval } = gates;
  const of = (gate: string, signers: readonly TrustedSource[]) =>
    signers.map(signer => ({ subject: `environments.${name}.${gate}`, signer }));
  const accepted = [...(vulnerabilities?.signers ?? []), ...(vulnerabilities?.vexSigners ?? [])];
  const tests = checks.flatMap(({ what }) => (what.kind === 'test' ? what.signers : []));
  const approvers = (gate: typeof approval) =>
    (gate?.signed?.signers ?? []).flatMap(({ signers }) => signers);
  return [
    ...of(
      'gates.vulnerabilities',
      accepted.map(({ signer }) => signer),
    ),
    ...of(
      'gates.checks',
      tests.map(({ signer }) => signer),
    ),
    ...of('gates.approval', approvers(approval)),
    ...of('rollback.approval', approvers(rollback?.approval)),
  ].filter(({ signer }) => signer.kind === 'key');
}

/** The ids of keys. A key that cannot be read here is reported where it is needed. */
async function idsOf(
  read: () => Promise<readonly { readonly kind: string; readonly key?: Parameters<typeof keyId>[0] }[]>,
): Promise<readonly string[]> {
  try {
    return (await read()).flatMap(({ key }) => (key === undefined ? [] : keyId(key)));
  } catch (error) {
    if (error instanceof PromoteError) return [];
    throw error;
  }
}
