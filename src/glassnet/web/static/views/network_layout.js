// Where everything in the picture of the network stands, from its layers and the room there is. Numbers only.

const HEAD = 48; // above the neurons: the names of the layers
const FOOT = { least: 12, bias: 20, below: 16 }; // below them: the inputs that are always 1, and how many are hidden
const SIDE = { wide: 16, narrow: 8 };
const NARROW = 560; // [px]
const PITCH = { least: 18, most: 84 };
const GAP = { least: 20, most: 560 };
const TIGHT = 62; // a gap in which the names of layers have to be small
const CRAMPED = 40; // one in which only their numbers have room
const LOW = 30; // a row in which a name and a value stand side by side
export const SQUARE = 0.86; // half the side of an input, of its radius
const RADIUS = { least: 7, most: 26 };
const LETTER = { name: 8.4, small: 6.7, input: 6.7 }; // so wide is one in the mean
export const BIAS = 8; // the radius of an input that is always 1

export function layOut(layers, structure, stage) {
  const { shape } = structure;
  const narrow = stage.width < NARROW;
  const side = narrow ? SIDE.narrow : SIDE.wide;
  const pictureOnly = layers[0].neurons.length === 0;
  const rows = layers.map(({ neurons }) => neurons.length);
  const most = Math.max(3, ...rows);
  const foot = FOOT.least + (layers.some((layer) => layer.has_bias) ? FOOT.bias : 0) +
    (layers.some((layer) => layer.neurons.length < layer.n_neurons) ? FOOT.below : 0);
  const pitch = clamp((stage.height - HEAD - foot) / most, PITCH);
  const body = most * pitch;
  // A high picture is shown smaller, so that it may be wider in its own measure.
  const shrink = Math.min(1, stage.height / (HEAD + body + foot));
  const room = { width: stage.width / shrink, height: stage.height / shrink };
  const low = body / rows.at(-1) < LOW;
  const labels = roomForAnswers(layers.at(-1).neurons, structure, { narrow, low });
  const fitting = rows.map((n) => clamp((body / Math.max(n, 1)) * 0.44, RADIUS));
  // The name of an input stands below its square, and its beginning must not be cut off.
  if (structure.inputs) fitting[0] = clamp((body / rows[0] - 15) / 2 / SQUARE, { least: RADIUS.least, most: fitting[0] });
  const half = structure.inputs ? (Math.max(...layers[0].neurons.map((k) => inputName(structure, k, narrow).length)) * LETTER.input) / 2 : 0;
  const picture = pictureOnly && shape ? pictureBox(shape, body, room, side) : null;
  const n_gaps = layers.length - 1;
  const heading = narrow && n_gaps <= 6 ? 24 : 0; // so far from the edge a word above the first column has room
  let radii = fitting;
  let gap, begin;
  for (let round = 0; round < 2; round++) { // where neurons become smaller, the gaps grow
    begin = side + (picture ? picture.width : Math.max(pictureOnly ? 0 : radii[0], half - side + 3, heading - side));
    gap = clamp((room.width - begin - radii.at(-1) - 10 - labels - 4) / n_gaps, GAP);
    radii = fitting.map((one) => Math.min(one, Math.max(0.25 * gap, Math.min(13, 0.43 * gap))));
  }
  const xs = layers.map((_, k) => (k === 0 && picture ? picture.x + picture.width / 2 : begin + k * gap));
  const places = new Map();
  const width = Math.ceil(Math.max(xs[n_gaps] + radii.at(-1) + 10 + labels + 4, 200));
  layers.forEach((layer, k) => {
    layer.neurons.forEach((neuron, slot) => {
      places.set(`${layer.layer}/${neuron}`, { x: xs[k], y: HEAD + ((slot + 0.5) * body) / rows[k] });
    });
    if (layers[k + 1]?.has_bias) places.set(`${layer.layer}/bias`, { x: xs[k], y: HEAD + body + 14 });
  });
  if (picture) {
    picture.y = HEAD + (body - picture.height) / 2;
    // At its corner, so that no wire from there crosses the picture.
    if (layers[1]?.has_bias) places.set("0/bias", { x: picture.x + picture.width - BIAS, y: picture.y + picture.height + 16 });
  }
  return {
    width, height: Math.ceil(HEAD + body + foot), xs, places, picture, radii, labels, low, narrow,
    thick: clamp(Math.min(...radii.slice(1)) / 5.5, { least: 1.6, most: 4 }), // of the strongest wire
    head: HEAD, body, tight: gap < TIGHT, cramped: gap < CRAMPED,
  };
}

// How wide the names of the answers are, with what stands beside or below them.
function roomForAnswers(neurons, { outputs }, { narrow, low }) {
  const name = Math.max(...neurons.map((k) => outputs[k].length)) * LETTER.name;
  const mark = 8 * LETTER.small + 8;
  const value = (narrow ? 4 : 17) * LETTER.small + (narrow || low ? mark : 0);
  if (low) return Math.min(name + 8 + value, narrow ? 120 : 230);
  return Math.min(Math.max(name + (narrow ? 0 : mark), value), narrow ? 110 : 200);
}

// As much of a name as there is room for; the whole of it is what a screen reader says.
export function shortened(name, most) {
  return name.length > most ? `${name.slice(0, Math.max(1, most - 1))}…` : name;
}

// Of the value of a text column the end is what tells it from the others.
export function inputName({ inputs }, neuron, narrow) {
  const name = inputs[neuron];
  const most = narrow ? 10 : 16;
  return name.includes("=") && name.length > most ? `…${name.slice(1 - most)}` : shortened(name, most);
}

export function lettersOfAnswer({ labels, narrow, low }) {
  const others = (narrow ? (low ? 12 : 0) : low ? 25 : 9) * LETTER.small;
  return Math.max(3, Math.floor((labels - others) / LETTER.name));
}

function pictureBox(shape, body, room, side) {
  const cell = Math.min((body * 0.62) / shape[0], (room.width * 0.24) / shape[1], 280 / shape[1]);
  return { x: side, y: 0, width: cell * shape[1], height: cell * shape[0] };
}

// Where a wire begins: at a neuron, the bias, or a pixel of the picture.
export function sourceOf(layout, shape, layer, source) {
  const name = source === null ? "bias" : source;
  const place = layout.places.get(`${layer - 1}/${name}`);
  if (place) return { ...place, radius: source === null ? BIAS : layout.radii[layer - 1] * (layer === 1 ? SQUARE : 1) };
  if (!layout.picture) return null;
  const cell = layout.picture.width / shape[1];
  return {
    x: layout.picture.x + ((source % shape[1]) + 0.5) * cell,
    y: layout.picture.y + (Math.floor(source / shape[1]) + 0.5) * cell,
    radius: 0, edge: layout.picture.x + layout.picture.width,
  };
}

// A wire as it is drawn, straight from rim to rim, and its middle; nothing where one of its ends is not shown. From a
// pixel of the picture it begins at the picture's edge, which it would hide otherwise; `whole` shows the way up to there.
export function wireOf(layout, shape, layer, target, source, whole = false) {
  const from = sourceOf(layout, shape, layer, source);
  const to = layout.places.get(`${layer}/${target}`);
  if (!from || !to) return null;
  const start = from.edge === undefined ? from : { x: from.edge, y: from.y };
  const long = Math.hypot(to.x - start.x, to.y - start.y);
  const along = (one, part) => ({ x: one.x + (part * (to.x - start.x)) / long, y: one.y + (part * (to.y - start.y)) / long });
  const begin = along(start, from.radius);
  const end = along(to, -layout.radii[layer]);
  const lead = whole && from.edge !== undefined ? `M${r(from.x)} ${r(from.y)}L` : "M";
  return {
    d: `${lead}${r(begin.x)} ${r(begin.y)}L${r(end.x)} ${r(end.y)}`,
    middle: { x: (begin.x + end.x) / 2, y: (begin.y + end.y) / 2 },
  };
}

function clamp(value, { least, most }) {
  return Math.min(most, Math.max(least, value));
}

function r(value) {
  return Math.round(value * 10) / 10;
}
