import { ageText } from './age.ts';
import { element } from './dom.ts';

const MINUTE = 60_000;

/** An element with the age of a time in words, which `keepAges` updates. */
export function ageElement(date: string): HTMLElement {
  return element('time', { datetime: date }, ageText(date, Date.now()));
}

/** Updates every age on the page each minute, since a page stays open for days. */
export function keepAges(): void {
  setInterval(() => {
    for (const time of document.querySelectorAll('time')) {
      const said = ageText(time.dateTime, Date.now());
      if (time.textContent !== said) time.textContent = said;
    }
  }, MINUTE);
}
