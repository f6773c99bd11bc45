import type { Environments } from '../environments/environments.ts';
import { environmentNamed } from '../environments/locate.ts';
import { admissionPolicy } from '../policy/policy.ts';
import { signedFor, unsigned } from '../policy/signed.ts';
import type { PolicyFormat } from '../policy/verifiers.ts';
import type { Effects } from '../run/effects.ts';
import type { TrustedSigner } from '../signing/trusted-signer.ts';
import { withEffects } from './effects.ts';
import { EXIT } from './exit.ts';
import type { Io } from './io.ts';

/** `promote policy <environment>` */
export async function policy(
  io: Io,
  name: string,
  options: { readonly file: string; readonly format: PolicyFormat; readonly for?: string | undefined },
): Promise<number> {
  return await withEffects(io, options.file, async (effects, environments) => {
    const environment = environmentNamed(environments, name);
    if (environment.signing === undefined) throw unsigned(environment);
    const { trust } = await effects.signing(environment.signing);
    const known = options.format === 'containers-policy' ? await signersOf(effects, environments) : undefined;
    const signed = signedFor(environments, environment, trust.signers, known);
    const { text, notes } = admissionPolicy(signed, options.format, options.for);
    io.stdout.write(text);
    for (const note of notes) effects.log(note);
    return EXIT.done;
  });
}

/** The signers of each environment, by its name; throws `KEY` or `NOT_FOUND` if one cannot be read. */
async function signersOf(
  effects: Pick<Effects, 'signing'>,
  { environments }: Environments,
): Promise<ReadonlyMap<string, readonly TrustedSigner[]>> {
  const read = environments.map(async ({ name, signing }) => {
    return [name, signing === undefined ? [] : (await effects.signing(signing)).trust.signers] as const;
  });
  return new Map(await Promise.all(read));
}
