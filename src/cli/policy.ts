import { admissionPolicy } from '../apply/policy/policy.ts';
import { signedFor, unsigned } from '../apply/policy/signed.ts';
import type { PolicyFormat } from '../apply/policy/verifiers.ts';
import { environmentNamed } from '../environments/locate.ts';
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
    const signed = signedFor(environments, environment, trust.signers);
    const { text, notes } = admissionPolicy(signed, options.format, options.for);
    io.stdout.write(text);
    for (const note of notes) effects.log(note);
    return EXIT.done;
  });
}
