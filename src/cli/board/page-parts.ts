/** The page's script and style. A release contains the bundle; a run from the sources bundles them now. */
export async function pageParts(): Promise<{ readonly script: string; readonly style: string }> {
  const { bundlePage } = await import('../../../scripts/page.ts');
  return await bundlePage();
}
