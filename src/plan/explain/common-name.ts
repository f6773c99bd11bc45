/** The image that a text names, or the only one there is; else a placeholder. */
export function commonName(text: string, images: readonly string[]): string {
  const words = new Set(text.toLowerCase().split(/[^a-z0-9-]+/));
  const named = images.filter(image => words.has(image.toLowerCase()));
  const meant = named.length > 0 ? named : images;
  return meant.length === 1 ? (meant[0] ?? '<image>') : '<image>';
}
