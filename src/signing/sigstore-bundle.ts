/** What is loaded of the bundle's library when it is first needed; named here, since a bundler keeps no names of CommonJS behind `import()`. */
export {
  bundleFromJSON,
  bundleToJSON,
  envelopeFromJSON,
  envelopeToJSON,
  toDSSEBundle,
  toMessageSignatureBundle,
} from '@sigstore/bundle';
