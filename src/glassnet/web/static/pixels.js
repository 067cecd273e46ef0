// Pictures of few pixels: from brightness or levels of grey to something an <img> or <image> can show.

export function grey(brightness) {
  const level = Math.round(((Math.min(Math.max(brightness ?? 0, -1), 1) + 1) / 2) * 255);
  return `rgb(${level} ${level} ${level})`;
}

export function inkOn(brightness) {
  return (brightness ?? 0) > -0.08 ? "#000" : "#fff";
}

export function levelsOf(picture) {
  if (Array.isArray(picture.levels)) return picture.levels;
  return Uint8Array.from(atob(picture.levels), (letter) => letter.charCodeAt(0));
}

const canvas = document.createElement("canvas");
const addresses = new Map(); // small pictures come again and again
const MOST_ADDRESSES = 500;

// The address of a picture, a pixel of it a pixel of the image; -1 is left transparent.
export function pictureAddress(picture) {
  const key = `${picture.rows}x${picture.columns}:${picture.levels}`;
  if (addresses.has(key)) return addresses.get(key);
  canvas.width = picture.columns;
  canvas.height = picture.rows;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const image = context.createImageData(picture.columns, picture.rows);
  levelsOf(picture).forEach((level, k) => {
    image.data.fill(Math.max(level, 0), 4 * k, 4 * k + 3);
    image.data[4 * k + 3] = level < 0 ? 0 : 255;
  });
  context.putImageData(image, 0, 0);
  const address = canvas.toDataURL();
  if (addresses.size >= MOST_ADDRESSES) addresses.clear();
  addresses.set(key, address);
  return address;
}

export function pictureOf(inputs, shape) {
  const levels = inputs.map((value) => Math.round(((Math.min(Math.max(value, -1), 1) + 1) / 2) * 255));
  return { rows: shape[0], columns: shape[1], levels };
}

const CORNERS = ["top left", "top right", "bottom left", "bottom right"];

export function pixelName(pixel, shape) {
  if (shape[0] === 2 && shape[1] === 2) return CORNERS[pixel];
  return `row ${Math.floor(pixel / shape[1]) + 1}, column ${(pixel % shape[1]) + 1}`;
}
