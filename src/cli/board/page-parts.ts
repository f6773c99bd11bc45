/** The page's script and style. What ships holds them as they are bundled; from the sources they are bundled now. */
export async function pageParts(): Promise<{ readonly script: string; readonly style: string }> {
  const { bundlePage } = await import('../../../scripts/page.ts');
  return await bundlePage();
}
