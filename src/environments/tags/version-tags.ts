/** The tags that may stand for a bare version, the likeliest first. No tag holds the + of build metadata. */
export function versionTags(version: string): readonly string[] {
  const plain = version.replaceAll('+', '_');
  return [plain, `v${plain}`, `release-${plain}`];
}
