// Where everything in the picture of the network stands, from its layers and the room there is. Numbers only.

const HEAD = 48; // above the neurons: the names of the layers
const FOOT = { some: 30, none: 14 }; // below them: how many are hidden, if any
const SIDE = 34;
const LABELS = { wide: 146, narrow: 84 };
const NARROW = 560; // [px]
const PITCH = { least: 28, most: 84 };
const GAP = { least: 48, most: 560 };
const TIGHT = 62; // a gap in which the names of layers have to be small
export const SQUARE = 0.86; // half the side of an input, of its radius
const RADIUS = { least: 12, most: 26 };

export function layOut(layers, shape, stage) {
  const pictureOnly = layers[0].neurons.length === 0;
  const rows = layers.map((layer, k) => layer.neurons.length + (layers[k + 1]?.has_bias ? 1 : 0));
  const most = Math.max(3, ...rows);
  const foot = layers.some((layer) => layer.neurons.length < layer.n_neurons) ? FOOT.some : FOOT.none;
  const pitch = clamp((stage.height - HEAD - foot) / most, PITCH);
  const body = most * pitch;
  // A high picture is shown smaller, so that it may be wider in its own measure.
  const shrink = Math.min(1, stage.height / (HEAD + body + foot));
  const room = { width: stage.width / shrink, height: stage.height / shrink };
  const labels = stage.width < NARROW ? LABELS.narrow : LABELS.wide;
  const fitting = rows.map((n) => clamp((body / Math.max(n, 1)) * 0.34, RADIUS));
  const radius = Math.max(...fitting.slice(1), fitting[0] * (pictureOnly ? 0 : 1));
  const picture = pictureOnly && shape ? pictureBox(shape, body, room) : null;
  const side = stage.width < NARROW ? 12 : SIDE;
  const left = side + (picture ? picture.width : 2 * radius);
  const n_gaps = layers.length - 1;
  const gap = clamp((room.width - left - labels - fitting.at(-1) - 12) / n_gaps, GAP);
  const radii = fitting.map((one) => Math.min(one, 0.38 * gap));
  const xs = layers.map((_, k) => (k === 0 && picture ? picture.x + picture.width / 2 : left - (picture ? 0 : radius) + k * gap));
  const places = new Map();
  layers.forEach((layer, k) => {
    layer.neurons.forEach((neuron, slot) => {
      const y = HEAD + ((slot + 0.5) * body) / rows[k];
      places.set(`${layer.layer}/${neuron}`, { x: xs[k], y });
    });
    if (layers[k + 1]?.has_bias) places.set(`${layer.layer}/bias`, { x: xs[k], y: HEAD + body - body / rows[k] / 2 });
  });
  if (picture) {
    picture.y = HEAD + (body - picture.height) / 2;
    if (layers[1]?.has_bias) places.set("0/bias", { x: xs[0], y: picture.y + picture.height + 26 });
  }
  return {
    width: Math.max(xs[n_gaps] + radii.at(-1) + 12 + labels, 200), height: HEAD + body + foot,
    xs, places, picture, radii, head: HEAD, body, narrow: stage.width < NARROW, tight: gap < TIGHT,
  };
}

function pictureBox(shape, body, room) {
  const cell = Math.min((body * 0.62) / shape[0], (room.width * 0.24) / shape[1], 280 / shape[1]);
  return { x: SIDE, y: 0, width: cell * shape[1], height: cell * shape[0] };
}

// Where a wire begins: at a neuron, the bias, or a pixel of the picture.
export function sourceOf(layout, shape, layer, source) {
  const name = source === null ? "bias" : source;
  const place = layout.places.get(`${layer - 1}/${name}`);
  if (place) return { x: place.x + (source === null ? 9 : layout.radii[layer - 1] * (layer === 1 ? SQUARE : 1)), y: place.y };
  if (!layout.picture) return null;
  const cell = layout.picture.width / shape[1];
  return {
    x: layout.picture.x + ((source % shape[1]) + 0.5) * cell,
    y: layout.picture.y + (Math.floor(source / shape[1]) + 0.5) * cell,
  };
}

export function wirePath(from, to) {
  const bend = (to.x - from.x) * 0.42;
  return `M${r(from.x)} ${r(from.y)}C${r(from.x + bend)} ${r(from.y)} ${r(to.x - bend)} ${r(to.y)} ${r(to.x)} ${r(to.y)}`;
}

function clamp(value, { least, most }) {
  return Math.min(most, Math.max(least, value));
}

function r(value) {
  return Math.round(value * 10) / 10;
}
