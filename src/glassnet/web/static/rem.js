// What is drawn in pixels grows with the letters around it: on a very wide window, or for who reads large ones.
const USUAL = 16; // of a page whose reader chose nothing [px]

export function scaleOfLetters() {
  return parseFloat(getComputedStyle(document.documentElement).fontSize) / USUAL;
}
