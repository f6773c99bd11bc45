/** The anchor of a heading as GitHub makes it, so that one link is right on GitHub and on the site. */
export function slugOf(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');
}
