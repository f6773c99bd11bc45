const START = '2022-04-13T20:06:15.000Z';

/** A service as signing configurations have it. */
export function serviceIn(url: string, majorApiVersion = 1, start: string = START, end?: string): object {
  return { url, majorApiVersion, validFor: { start, end }, operator: 'sigstore.dev' };
}

/** A signing configuration as the public one is, but for these parts: https://github.com/sigstore/root-signing/tree/main/targets */
export function signingConfig(parts: object): string {
  return JSON.stringify({
    mediaType: 'application/vnd.dev.sigstore.signingconfig.v0.2+json',
    caUrls: [serviceIn('https://fulcio.sigstore.dev')],
    oidcUrls: [serviceIn('https://oauth2.sigstore.dev/auth')],
    rekorTlogUrls: [serviceIn('https://rekor.sigstore.dev')],
    tsaUrls: [serviceIn('https://timestamp.sigstore.dev/api/v1/timestamp', 1, '2025-07-04T00:00:00Z')],
    rekorTlogConfig: { selector: 'ANY' },
    tsaConfig: { selector: 'ANY' },
    ...parts,
  });
}
