import { ageText } from './age.ts';
import { element } from './dom.ts';

const MINUTE = 60_000;

/** How long ago a time was, in words that `keepAges` keeps right. */
export function ageElement(date: string): HTMLElement {
  return element('time', { datetime: date }, ageText(date, Date.now()));
}

/** Says every minute anew how old everything on the page is: a page stays open for days. */
export function keepAges(): void {
  setInterval(() => {
    for (const time of document.querySelectorAll('time')) {
      const said = ageText(time.dateTime, Date.now());
      if (time.textContent !== said) time.textContent = said;
    }
  }, MINUTE);
}
