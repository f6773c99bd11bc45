import { type PackageChange, type PackageChanges, packageCounts } from '../plan/refresh/image-changes.ts';
import { fitRows, outside } from './pull-request-text.ts';

/** The changed packages, folded, within a budget of characters. `of` names the image if there are several. */
export function packageLines(changes: PackageChanges, budget: number, of = ''): readonly string[] {
  const all = [...changes.changed, ...changes.added, ...changes.removed];
  if (all.length === 0) return [`- ${of}packages: none changed`];
  // More rows cannot fit, because a row has more than ten characters.
  const shown = all.slice(0, Math.ceil(Math.max(0, budget) / 10)).map(packageRow);
  const rows = fitRows(shown, budget, count => `| ${all.length - shown.length + count} more | | |`);
  return [
    '',
    `<details><summary>${of}${packageCounts(changes)}</summary>`,
    '',
    '| package | from | to |',
    '| --- | --- | --- |',
    ...rows,
    '',
    '</details>',
  ];
}

function packageRow({ name, from = '', to = '' }: PackageChange): string {
  return `| ${[name, from, to].map(text => outside(text)).join(' | ')} |`;
}
