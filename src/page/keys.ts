import { byId } from './dom.ts';
import { keep, readKept } from './kept.ts';
import { addressOf } from './places.ts';

const PAGES: Readonly<Record<string, string>> = { b: '', t: 'timeline', w: 'waiting', h: 'holds' };

/**
 * Binds single keys that navigate. Readers who dictate or press keys by accident can switch them off.
 * https://www.w3.org/WAI/WCAG22/Understanding/character-key-shortcuts.html
 */
export function bindKeys(): void {
  const search = byId('search') as HTMLInputElement;
  const help = byId('help') as HTMLDialogElement;
  const shortcuts = byId('shortcuts') as HTMLInputElement;
  shortcuts.checked = readKept('keys') !== 'off';
  shortcuts.addEventListener('change', () => keep('keys', shortcuts.checked ? 'on' : 'off'));
  byId('keys').addEventListener('click', () => help.showModal());
  search.addEventListener('keydown', event => {
    if (event.key === 'Escape' && search.value !== '') {
      event.preventDefault();
      search.value = '';
      search.dispatchEvent(new Event('input', { bubbles: true }));
    } else if (event.key === 'ArrowDown' || event.key === 'Enter') {
      event.preventDefault();
      document.querySelector<HTMLElement>('main [tabindex="0"]')?.focus();
    }
  });
  document.addEventListener('keydown', event => {
    const isTyping = (event.target as HTMLElement).closest('input, select, dialog') !== null;
    if (isTyping || !shortcuts.checked || event.ctrlKey || event.metaKey || event.altKey) return;
    const page = PAGES[event.key];
    if (event.key === '/') search.focus();
    else if (event.key === '?') help.showModal();
    else if (page !== undefined) location.hash = addressOf(page);
    else return;
    event.preventDefault();
  });
}
