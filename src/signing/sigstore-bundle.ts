/**
 * The functions of the bundle library that are loaded when they are first needed. They are named here because a bundler
 * loses the named exports of CommonJS behind `import()`.
 */
export {
  bundleFromJSON,
  bundleToJSON,
  envelopeFromJSON,
  envelopeToJSON,
  toDSSEBundle,
  toMessageSignatureBundle,
} from '@sigstore/bundle';
