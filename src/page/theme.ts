import { keep, readKept } from './kept.ts';

const THEMES = ['auto', 'dark', 'light'] as const;

/** Makes a button switch between the system's colours, dark and light. */
export function bindTheme(button: HTMLElement): void {
  let theme = THEMES.find(known => known === readKept('theme')) ?? 'auto';
  const show = () => {
    document.documentElement.dataset.theme = theme;
    button.textContent = `Colours: ${theme}`;
  };
  show();
  button.addEventListener('click', () => {
    theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'auto';
    keep('theme', theme);
    show();
  });
}
