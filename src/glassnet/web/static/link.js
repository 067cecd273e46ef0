// An experiment as the text of a link: how it is made, what is looked at, and which controls are hidden.
// The colours are no part of it: they are the reader's own choice, kept on the reader's computer.

// What a teacher may hide, by the class of its card.
export const HIDEABLE = [
  ["training", "Training"], ["settings", "Settings"], ["curves", "Learning curves"], ["camera", "Camera"],
  ["examples", "Examples"], ["inspector", "Inspector"], ["header", "Header"],
];
const MOST_INPUTS = 100; // a drawn picture of more pixels would make a link too long to be sent

export function linkOf({ structure, frame, inside, hidden, chapter }) {
  const [open, ...more] = structure.recipe;
  const fields = new URLSearchParams({ open: open.experiment });
  for (const { kind, seed, wires, ...changed } of more) {
    if (kind === "reset") fields.set("seed", seed);
    if (kind === "cut") fields.set("cut", wires.map((wire) => wire.join("/")).join(" "));
    for (const [name, value] of Object.entries(changed)) {
      fields.set(name, name === "layers" ? value.map((one) => `${one.neurons}:${one.activation}`).join(" ") : value);
    }
  }
  if (frame.example !== null) fields.set("example", frame.example);
  else if (frame.inputs.length <= MOST_INPUTS) fields.set("inputs", frame.inputs.join(" "));
  const { what, layer, neuron, source } = frame.selection;
  if (what !== "nothing") fields.set("look", [what, layer, neuron, ...(what === "weight" ? [source] : [])].join("/"));
  if (frame.training.speed !== null) fields.set("speed", frame.training.speed);
  if (inside !== "values") fields.set("inside", inside);
  if (hidden.length) fields.set("hide", hidden.join(" "));
  if (chapter) fields.set("chapter", chapter);
  return fields.toString();
}

const number = (text) => (text.trim() === "" || Number.isNaN(Number(text)) ? text : Number(text));
const truth = (text) => ({ true: true, false: false })[text] ?? text;
const place = (text) => (/^\d+$/.test(text ?? "") ? Number(text) : text);
const CHANGED = {
  learning_rate: number, optimizer: String, batch: number, l1: number, l2: number, clip: number, schedule: String, epochs: number, last_activation: String, loss: String, dropout: number,
  biases: truth, shuffle: truth, balanced: truth,
  layers: (text) =>
    text.split(" ").filter(Boolean).map((one) => {
      const [neurons, ...activation] = one.split(":");
      return { neurons: number(neurons), activation: activation.join(":") };
    }),
};
const OTHERS = {
  cut: (text) => ({ kind: "cut", wires: text.split(" ").filter(Boolean).map((wire) => wire.split("/").map(place)) }),
  seed: (text) => ({ kind: "reset", seed: number(text) }),
  speed: (text) => ({ kind: "speed", steps: number(text) }),
  example: (text) => ({ kind: "example", example: number(text) }),
  inputs: (text) => ({ kind: "inputs", values: text.split(" ").map(number) }),
  inside: (text) => ({ kind: "show", inside: text }),
  look(text) {
    const [what, layer, neuron, source = "0"] = text.split("/");
    return { kind: "select", what, layer: place(layer), neuron: place(neuron), source: place(source) };
  },
};

// What a link asks for: messages for the session, what concerns the page alone, and what it does not know.
// Whether the values may be what they are is judged by the session, which takes all of them or none.
export function readLink(text) {
  const fields = new URLSearchParams(text);
  const change = {};
  const others = [];
  const page = {};
  const ignored = [];
  for (const [name, value] of fields) {
    if (Object.hasOwn(CHANGED, name)) change[name] = CHANGED[name](value);
    else if (Object.hasOwn(OTHERS, name)) others.push([name, OTHERS[name](value)]);
    else if (name === "hide") {
      const known = HIDEABLE.map(([card]) => card);
      page.hidden = value.split(" ").filter((card) => known.includes(card));
      if (page.hidden.length < value.split(" ").length) ignored.push(name);
    } else if (name === "chapter" && /^\d{1,3}$/.test(value)) page.chapter = Number(value);
    else if (name !== "open") ignored.push(name);
  }
  const order = Object.keys(OTHERS);
  others.sort(([a], [b]) => order.indexOf(a) - order.indexOf(b));
  const steps = fields.has("open") ? [{ kind: "open", experiment: fields.get("open") }] : [];
  if (Object.keys(change).length) steps.push({ kind: "change", ...change });
  return { steps: [...steps, ...others.map(([, step]) => step)], page, ignored };
}
