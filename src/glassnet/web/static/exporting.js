// What can be taken away: the picture of the network, and the whole page as one file that needs no server.

export function save(name, content) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

export function bytesOf(base64) {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}

const DRAWN = [
  "fill", "stroke", "stroke-width", "stroke-dasharray", "opacity", "font-family", "font-size", "font-weight", "text-anchor", "image-rendering", "paint-order",
];
const NAMES = ["d", "x", "y", "cx", "cy", "r", "rx", "width", "height", "href", "transform", "preserveAspectRatio"];

// The picture as it stands there, with its colours written into it: it needs no style sheet.
export function pictureAsSvg(picture) {
  const space = "http://www.w3.org/2000/svg";
  const box = picture.viewBox.baseVal;
  const copy = document.createElementNS(space, "svg");
  copy.setAttribute("viewBox", picture.getAttribute("viewBox"));
  copy.setAttribute("width", Math.round(box.width));
  copy.setAttribute("height", Math.round(box.height));
  const ground = document.createElementNS(space, "rect");
  for (const name of ["x", "y", "width", "height"]) ground.setAttribute(name, box[name]);
  ground.setAttribute("fill", getComputedStyle(picture.parentElement).backgroundColor);
  const title = document.createElementNS(space, "title");
  title.textContent = picture.getAttribute("aria-label").split(".")[0];
  copy.append(title, ground);
  for (const child of picture.children) copyInto(copy, child, space);
  return { text: new XMLSerializer().serializeToString(copy), width: box.width, height: box.height };
}

function copyInto(parent, element, space) {
  if (element.classList.contains("hit")) return; // what a pointer feels, and nobody sees
  const copy = document.createElementNS(space, element.localName);
  for (const name of NAMES) if (element.hasAttribute(name)) copy.setAttribute(name, element.getAttribute(name));
  const style = getComputedStyle(element);
  for (const name of DRAWN) {
    const value = style.getPropertyValue(name);
    if (value && value !== "auto" && !(name === "opacity" && value === "1")) copy.setAttribute(name, value);
  }
  if (element.children.length === 0) copy.textContent = element.textContent.trim();
  for (const child of element.children) copyInto(copy, child, space);
  parent.append(copy);
}

export async function pictureAsPng(picture, scale = 2) {
  const { text, width, height } = pictureAsSvg(picture);
  const image = new Image();
  image.src = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  URL.revokeObjectURL(image.src);
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}

// One file with the page's own modules in it, each under a name of its own in an import map.
export async function pageAsHtml(state) {
  const modules = new Map();
  await gather(new URL("snapshot.js", import.meta.url).href, modules);
  const root = new URL("./", import.meta.url).href;
  const named = (address) => `glassnet/${address.slice(root.length)}`;
  const imports = {};
  for (const [address, source] of modules) {
    const text = source.replace(IMPORT, (all, before, path) => `${before}"${named(new URL(path, address).href)}"`);
    imports[named(address)] = `data:text/javascript;base64,${base64Of(text)}`;
  }
  const styles = await Promise.all(["vendor/uplot.css", "style.css"].map((name) => fetched(new URL(name, root).href)));
  const policy = "default-src 'none'; script-src 'unsafe-inline' data:; style-src 'unsafe-inline'; img-src data:";
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="content-security-policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>glassnet: a snapshot</title>
<style>${styles.join("\n")}</style>
<script type="application/json" id="state">${harmless(state)}</script>
<script type="importmap">${harmless({ imports })}</script>
</head>
<body>
<div id="page"></div>
<script type="module">import "${named(new URL("snapshot.js", root).href)}";</script>
</body>
</html>
`;
}

const IMPORT = /(\b(?:from|import)\s+)"(\.[^"]+)"/g;

async function gather(address, modules) {
  if (modules.has(address)) return;
  modules.set(address, "");
  const source = await fetched(address);
  modules.set(address, source);
  await Promise.all([...source.matchAll(IMPORT)].map(([, , path]) => gather(new URL(path, address).href, modules)));
}

async function fetched(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return answer.text();
}

function base64Of(text) {
  let letters = "";
  for (const byte of new TextEncoder().encode(text)) letters += String.fromCharCode(byte);
  return btoa(letters);
}

// JSON that cannot end the element that it stands in, whatever names are in it.
function harmless(value) {
  return JSON.stringify(value).replaceAll("<", "\\u003c");
}
