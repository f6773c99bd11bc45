/**
 * The bundle library's functions, loaded at first need. They are listed here because a bundler loses the
 * named exports of CommonJS in an `import()`.
 */
export {
  bundleFromJSON,
  bundleToJSON,
  envelopeFromJSON,
  envelopeToJSON,
  toDSSEBundle,
  toMessageSignatureBundle,
} from '@sigstore/bundle';
