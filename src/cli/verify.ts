import { repairEnvironment, verifyEnvironment } from '../commands/verify.ts';
import { PromoteError } from '../errors.ts';
import type { PromotionRequest } from '../plan/request.ts';
import { isSoundEnvironment, verifyReport } from '../reports/verify.ts';
import { withEffects } from './effects.ts';
import { EXIT } from './exit.ts';
import type { Io } from './io.ts';
import { assertMayWrite } from './may-write.ts';
import { print } from './print.ts';
import { type PromotionOptions, promotionRequest } from './request.ts';
import { type SignerOptions, verifyReference } from './verify-reference.ts';

/** The options of `verify`: `--repair` for an environment, the accepted signer for a reference. */
export type VerifyOptions = SignerOptions &
  Pick<PromotionOptions, 'file' | 'format' | 'approvedBy' | 'requestedBy' | 'evidence'> & {
    readonly repair: boolean;
    readonly registry?: string;
  };

/** `promote verify <environment>` or `<reference>`: a reference contains `/`, `:` or `@`. */
export async function verify(io: Io, subject: string, options: VerifyOptions): Promise<number> {
  if (/[/:@]/.test(subject)) {
    if (options.repair || options.approvedBy.length > 0) throw misplaced('--repair', 'an environment');
    if (options.registry !== undefined) throw misplaced('--registry', 'an environment');
    return await verifyReference(io, subject, options);
  }
  if (namesSigner(options))
    throw misplaced('--key, --certificate-… and --provenance', 'an image, by reference');
  if (options.repair && options.registry !== undefined && options.registry !== 'backup') {
    const hint = `promote verify ${subject} --repair completes every registry of it`;
    throw new PromoteError(
      'USAGE',
      'verify: --repair is for all registries of an environment, or for its backup',
      { hint },
    );
  }
  if (options.repair) await assertMayWrite(io);
  return await withEffects(io, options.file, async (effects, environments) => {
    const result = options.repair
      ? await repairEnvironment(
          effects,
          environments,
          repairRequest(io, subject, options),
          options.registry === 'backup' ? 'backup' : undefined,
        )
      : await verifyEnvironment(effects, environments, subject, options.evidence ?? 'all', options.registry);
    print(io, verifyReport(result), options.format);
    const isUnread = result.targets.some(({ failure }) => failure !== undefined);
    if (isUnread || result.repair?.state === 'failed') return EXIT.failed;
    return isSoundEnvironment(result) ? EXIT.done : EXIT.closed;
  });
}

function repairRequest(io: Io, environment: string, options: VerifyOptions): PromotionRequest {
  const nothingElse = { image: [], allowDirect: false, allowBackward: false, exitCode: false };
  return promotionRequest(io, environment, { ...options, ...nothingElse });
}

function namesSigner(options: SignerOptions): boolean {
  const { key, certificateIdentity, certificateOidcIssuer, trustedRoot, children, provenance, annotation } =
    options;
  const named = certificateIdentity ?? certificateOidcIssuer ?? trustedRoot;
  return key.length + provenance.length + annotation.length > 0 || named !== undefined || children;
}

function misplaced(flags: string, subject: string): PromoteError {
  return new PromoteError('USAGE', `verify: ${flags} is for ${subject}`, {
    hint: 'promote verify production --repair, or promote verify registry.example/api:1.2.3 --key cosign.pub',
  });
}
