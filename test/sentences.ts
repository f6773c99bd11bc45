/** The most words that a sentence for people may have. */
const MOST_WORDS = 25;

/** Sentences of a page with more words than that, outside of code, tables and headings. A span of code is one word. */
export function longSentences(page: string): readonly string[] {
  const prose = page
    .replace(/^---\n[\s\S]*?\n---\n/, '')
    .replace(/^( *)(`{3,})[\s\S]*?^ *\2$/gm, '\n\n')
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/^ *(?:\||#|:::).*$/gm, '\n')
    .replace(/`[^`\n]+`/g, 'code')
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1');
  const paragraphs = prose.split(/\n\s*\n|\n(?= *(?:[-*]|\d+\.) )/);
  return paragraphs
    .flatMap(text => text.replace(/\s+/g, ' ').split(/(?<=[.!?])\s+(?=["“(*\w])/))
    .filter(sentence => wordsOf(sentence) > MOST_WORDS);
}

function wordsOf(sentence: string): number {
  return sentence.split(/\s+/).filter(word => /\w/.test(word)).length;
}
