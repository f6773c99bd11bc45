import type { Tab } from './chromium.ts';

/** Texts whose contrast is below what people with weak sight need: https://www.w3.org/TR/WCAG22/#contrast-minimum */
export async function poorContrasts(tab: Tab): Promise<readonly string[]> {
  return await tab.read(`(${measure})()`);
}

/** Runs in the page. A canvas turns whatever a colour is written as into numbers. */
const measure = `() => {
  const context = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const rgba = colour => {
    context.clearRect(0, 0, 1, 1);
    context.fillStyle = colour;
    context.fillRect(0, 0, 1, 1);
    return [...context.getImageData(0, 0, 1, 1).data];
  };
  const light = ([r, g, b]) => [r, g, b]
    .map(value => value / 255)
    .map(value => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)
    .reduce((sum, value, at) => sum + value * [0.2126, 0.7152, 0.0722][at], 0);
  const behind = element => {
    for (let at = element; at !== null; at = at.parentElement) {
      const colour = rgba(getComputedStyle(at).backgroundColor);
      if (colour[3] === 255) return colour;
    }
    return [255, 255, 255, 255];
  };
  const texts = [...document.querySelectorAll('body *')].filter(element =>
    element.checkVisibility() && [...element.childNodes].some(({ nodeType, data }) => nodeType === 3 && data.trim()));
  if (texts.length < 10) return ['no text'];
  return texts.flatMap(element => {
    const [a, b] = [light(rgba(getComputedStyle(element).color)), light(behind(element))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    return ratio < 4.5 ? [ratio.toFixed(2) + ' ' + element.className + ' ' + element.textContent.slice(0, 40)] : [];
  });
}`;
