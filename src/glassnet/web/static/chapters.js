// The chapters of the story: a scene, a short text beside it, one thing to do, and how to see that it was done.
// `at` is the card where the task is done, if it is not the training bar: on a phone it comes next to the text.
// Every number in a text that can be read off the network is: `tell` and `done` get what the page knows now.
import { html } from "./html.js";
import { percent, readable } from "./numbers.js";

const live = (value, digits) => html`<b class="live">${readable(value, digits)}</b>`;
const listed = (values) => values?.map((value, k) => html`${k > 0 && ", "}${live(value)}`);
const outputs = (state, layer) => state.frame.layers[layer]?.outputs ?? [];
const sums = (state, layer) => state.frame.layers[layer]?.sums ?? [];
const weightsTo = (state, layer, neuron) =>
  (state.frame.layers[layer]?.wires ?? []).filter((wire) => wire[1] === neuron && wire[0] !== null).map((wire) => wire[2]);
const isOpen = (state, experiment) => state.structure.experiment === experiment;
const selected = ({ frame: { selection } }, what, layer) => selection.what === what && selection.layer === layer;
const allRight = ({ frame: { training } }) => training.learned?.n_right === training.learned?.n_examples;
const isPainted = ({ frame: { inputs } }) => inputs.every((value) => Math.abs(value) === 1);
const right = ({ frame: { training: { learned } } }) => html`${live(learned?.n_right ?? null)} of ${live(learned?.n_examples ?? null)}`;
const wiresOf = ({ frame: { layers } }) => layers.slice(1).flatMap(({ wires }) => wires.map((wire) => wire[2]));
const isPlain = (state) => wiresOf(state).every((weight) => Math.abs(weight) === 1);
const heldOut = (run) => {
  const share = run?.held_out.accuracies.at(-1);
  return share === undefined ? "not measured yet" : html`<b class="live">${percent(share)}</b> right`;
};
const saidNow = ({ frame: { answer } }) =>
  answer?.category ? html`<b class="live">${answer.category}</b>` : html`<b class="live">no category</b>`;

// As html, but a new line in the source is a space in the text.
const tidied = new Map();
function text(strings, ...values) {
  if (!tidied.has(strings)) tidied.set(strings, strings.map((part) => part.replace(/\s*\n\s*/g, " ")));
  return html(tidied.get(strings), ...values);
}

// Sets the scene of a chapter: which experiment is open, what the camera sees, what is selected, what stands in
// the neurons, whose error is explained, and the weights into a neuron of layer 1.
export function setScene(chapter, actions) {
  const { open, example, inputs, select, inside = "values", whose, weights } = CHAPTERS[chapter - 1].scene;
  actions.open(open);
  actions.show(inside);
  if (example !== undefined) actions.example(example);
  if (inputs) actions.look(inputs);
  if (whose) actions.over(whose);
  if (select) actions.select(...select);
  weights?.forEach((value, source) => actions.setWeight({ layer: 1, neuron: 0, source }, value));
}

const GREY = [0.5, 0, 0.75, -0.75]; // the example of the slides, row by row
const FIRST_NEURON = ["neuron", { layer: 1, neuron: 0 }];
const A_WEIGHT = ["weight", { layer: 1, neuron: 2, source: 3 }];
const A_STEEP_ONE = ["weight", { layer: 1, neuron: 0, source: 0 }];

export const CHAPTERS = [
  {
    title: "The camera",
    at: "camera",
    scene: { open: "drawn", inputs: GREY },
    tell: ({ frame: { inputs } }) => text`A very small camera: ${live(inputs.length)} pixels. Each is a number,
      from −1 for black over 0 for middle grey to 1 for white. Row by row it now sees ${listed(inputs)}. That is all
      the network ever gets to know of a picture.`,
    task: "Paint all four pixels white. Click, drag, use the sliders, or the keys + and −.",
    done: ({ frame: { inputs } }) => inputs.every((value) => value === 1),
  },
  {
    title: "Categories",
    at: "camera",
    scene: { open: "drawn", example: 2 },
    tell: (state) => text`The camera is to sort ${live(state.structure.n_examples)} patterns into
      ${live(state.structure.categories?.length)} categories: ${state.structure.categories?.join(", ")}. Each category holds a
      pattern and its negative. What has one or three white pixels belongs nowhere. The network now says ${saidNow(state)}.`,
    task: "Turn over a single pixel of a pattern, so that no category is left.",
    done: (state) => isPainted(state) && state.frame.answer !== null && state.frame.answer.category === null,
  },
  {
    title: "Simple rules fail",
    scene: { open: "story-linear", example: 2 },
    tell: (state) => text`One pixel tells nothing: in every category it is white once and black once. Adding pixels up
      does not help either. A picture and its negative belong together, but their sums point in opposite directions.
      This network only adds up. After ${live(state.frame.training.epoch)} epochs it has ${right(state)} right.`,
    task: "Press Train, and let it try for 500 epochs.",
    done: (state) => isOpen(state, "story-linear") && state.frame.training.epoch >= 500,
  },
  {
    title: "A neuron",
    at: "inspector",
    scene: { open: "from-scratch", inputs: GREY, select: FIRST_NEURON, weights: [1, 1, 1, 1] },
    tell: (state) => text`A neuron takes every pixel times a weight and adds it all up. The weights of the marked one
      are ${listed(weightsTo(state, 1, 0))}, and its sum is ${live(sums(state, 1)[0], 4)}. A wire is white where its weight
      is above 0, black below 0, missing at 0, and wider the stronger it is.`,
    task: "Bring its sum below 0: open one of its weights in the table of the inspector, and move the slider.",
    done: (state) => isOpen(state, "from-scratch") && sums(state, 1)[0] < 0,
  },
  {
    title: "The squash",
    at: "inspector",
    scene: { open: "from-scratch", inputs: GREY, select: FIRST_NEURON, weights: [-0.2, 0, -0.5, 0.8] },
    tell: (state) => text`A sum can be of any size. The squash bends it into a fixed range: tanh gives from −1 to 1,
      its relative, the logistic curve, from 0 to 1. Here ${live(sums(state, 1)[0], 4)} becomes
      ${live(outputs(state, 1)[0], 4)}. Small sums pass nearly unchanged, large ones hardly matter any more: the curve is flat there.`,
    task: "Make the marked neuron answer more than 0.9, by other pixels or other weights.",
    done: (state) => isOpen(state, "from-scratch") && outputs(state, 1)[0] > 0.9,
  },
  {
    title: "Layers, receptive fields",
    at: "inspector",
    scene: { open: "drawn", example: 4, inside: "fields" },
    tell: ({ structure }) => text`Neurons that read pixels are layer 1, those that read them layer 2, and so on: here
      ${live(structure.sizes.length - 1)} layers. In each neuron now stands its receptive field, the picture that it answers to most;
      see-through pixels do not matter to it. Layer 1 looks at two pixels, layer 2 at whole patterns.`,
    task: "Look inside a neuron of layer 2: click it, or go there with Tab and the arrow keys and press Enter.",
    done: (state) => selected(state, "neuron", 2),
  },
  {
    title: "ReLU",
    at: "camera",
    scene: { open: "drawn", example: 6, select: ["neuron", { layer: 3, neuron: 6 }] },
    tell: (state) => text`A ReLU hands on what is above 0 and holds back the rest. Each neuron of layer 2 feeds two of
      them, one by a weight above 0 and one below. Whatever its sign, one of the two answers: the last pair now gives
      ${live(outputs(state, 3)[6])} and ${live(outputs(state, 3)[7])}. So a picture and its negative become the same.`,
    task: "Press Negative at the camera: the other one of the pair takes over.",
    done: (state) => isOpen(state, "drawn") && outputs(state, 3)[7] > 0.9 && outputs(state, 3)[6] === 0,
  },
  {
    title: "The answer",
    at: "inspector",
    scene: { open: "drawn", inputs: GREY },
    tell: (state) => text`The last layer adds up each pair. One output stands for each category, and the largest is the
      answer: ${state.structure.outputs.map((name, k) => text`${k > 0 && ", "}${name} ${live(outputs(state, state.structure.sizes.length - 1)[k])}`)}.
      So the network says ${saidNow(state)}, even to a picture that is none of the patterns.`,
    task: "Look inside the answer that wins.",
    done: ({ frame: { selection, answer }, structure }) =>
      selection.what === "output" && answer?.category != null && structure.outputs[selection.neuron] === answer.category,
  },
  {
    title: "Errors",
    at: "camera",
    scene: { open: "from-scratch", example: 4, select: ["output", { layer: 4, neuron: 2 }] },
    tell: ({ frame: { truth } }) => text`Right would be 1 at the true category and 0 elsewhere. This network has chance
      weights, so it misses: the errors of its outputs are ${listed(truth?.losses)}, together ${live(truth?.total, 4)}.
      Each is the square of what is missing. The slope beside it in the table says which way the output should go, and how much it matters.`,
    task: "Claim something else: under the camera set “Right is” to solid, and see the error change.",
    done: ({ frame }) => frame.example === 4 && frame.truth?.targets[0] === 1,
  },
  {
    title: "Going downhill",
    scene: { open: "story-descent", example: 4, whose: "data", select: A_STEEP_ONE },
    tell: ({ inspection, frame: { training } }) => text`The curve in the inspector is the error over one weight, all others
      held still. ${inspection?.what === "weight" && text`At ${live(inspection.value, 4)} the error is ${live(inspection.loss, 4)}.
      Learning is a step downhill, by the slope times the learning rate ${live(inspection.learning_rate)}: to ${live(inspection.next_value, 4)}.`}
      Training takes such a step with all weights at once. After ${live(training.step)} steps the error is ${live(training.learned?.loss, 4)}.`,
    task: "Press Step in the training bar five times, and watch the error.",
    done: (state) => isOpen(state, "story-descent") && state.frame.training.step >= 5,
  },
  {
    title: "Slope",
    at: "inspector",
    scene: { open: "story-descent", example: 4, whose: "data", select: A_STEEP_ONE },
    tell({ inspection }) {
      const weight = inspection?.what === "weight" ? inspection : null;
      const small = weight?.differences.at(-1);
      const large = weight?.differences[0];
      return text`A slope is the change of the error for a change of the weight. One can measure it: take a step to either side
        and compare. ${weight && text`Steps of ${live(large.step)} give ${live(large.central, 6)}, steps of
        ${live(small.step)} give ${live(small.central, 6)}. The exact slope is ${live(weight.slope, 6)}.`} Where the curve is flat, the slope is 0.`;
    },
    task: "Drag the point in the curve (or move the slider) to a flat place, with a slope between −0.2 and 0.2.",
    done: ({ inspection, structure }) =>
      structure.experiment === "story-descent" && inspection?.what === "weight" && Math.abs(inspection.slope) < 0.2,
  },
  {
    title: "Measuring is expensive",
    at: "inspector",
    scene: { open: "from-scratch", example: 4 },
    tell: ({ structure, checked }) => text`To measure all slopes, each of the ${live(structure.n_parameters)} weights and biases has to be
      moved up and down, with a run through the network each time. ${checked
        ? text`That took ${live(checked.forward_passes)} forward passes. Backpropagation found the same slopes with one pass forward
          and one backward.`
        : text`All that for a single step: the more weights, the more runs.`}`,
    task: "Press “Check the derivatives” in the inspector: it measures them all, and compares.",
    done: ({ checked }) => checked !== null,
  },
  {
    title: "Chaining",
    at: "inspector",
    scene: { open: "story-chain", example: 2, whose: "example", select: ["weight", { layer: 1, neuron: 0, source: 0 }] },
    tell: (state) => text`There is a better way. Here one number, ${live(state.frame.inputs[0])}, goes through two weights in a row.
      Move the first a little, and the middle moves by the input times as much, the end by the second weight
      (${listed(weightsTo(state, 2, 0))}) times that, and the error by its own slope times that.
      ${chainSaid(state)}`,
    task: "Click the second wire, and give its weight a value above 0: the slope of the first one turns around.",
    done: (state) => isOpen(state, "story-chain") && weightsTo(state, 2, 0)[0] > 0,
  },
  {
    title: "Backpropagation",
    at: "inspector",
    scene: { open: "from-scratch", example: 4, whose: "example", select: A_WEIGHT },
    tell: (state) => text`In a network many paths lead from a weight to the error. Each gives a product, and the products add
      up. Walking back from the error, four things stand in the way: a <b>weight</b> multiplies by its value, a <b>sum</b> by 1, a
      <b>squash</b> by its slope, and a <b>ReLU</b> by 1 or 0 (a leaky one lets a little through). ${chainSaid(state)}`,
    task: "In the inspector, start the backward pass in slow motion, and go with it to the sum.",
    done: ({ lit }) => lit?.ended === true,
  },
  {
    title: "Training from scratch",
    scene: { open: "from-scratch", example: 4, inside: "fields" },
    tell: (state) => text`All ${live(state.structure.n_parameters)} weights and biases begin by chance. Then, again and again: run the
      examples, measure the error, go back for all slopes, take a step downhill. Epoch ${live(state.frame.training.epoch)}:
      error ${live(state.frame.training.learned?.loss)}, ${right(state)} right. Watch the receptive fields take shape.`,
    task: "Press Train, until all eight are right.",
    done: (state) => isOpen(state, "from-scratch") && allRight(state),
  },
  {
    title: "The final result",
    scene: { open: "story-trained", example: 4, inside: "fields" },
    tell: (state) => text`This network was trained a moment ago, from chance weights, with a small penalty on every weight that is not 0: what
      is not needed fades. It has ${right(state)} right. Its weights are no tidy numbers, but the wires that matter stand out: they
      can be snapped to −1, 0 and 1, as in the drawn network. ${isPlain(state)
        ? text`Now they are: ${live(wiresOf(state).length)} wires are left, and still ${right(state)} are right.`
        : text`Many networks solve one task; only some survive this.`}`,
    task: "Snap the weights, and see whether all eight are still right.",
    act: { label: "Snap weights to −1, 0, 1", run: (actions) => actions.snap() },
    done: (state) => isOpen(state, "story-trained") && isPlain(state) && allRight(state),
  },
  {
    title: "Biases",
    biases: true, // the inputs that are always 1 are shown, wired or not
    scene: { open: "story-odd", example: 4 },
    tell: (state) => text`A bias is one more weight, from an input that is always 1: it moves the sum up or down. This network has
      only tanh, and ${state.structure.biases ? "now it has biases" : "no biases"}. Without them, the negative of a picture always gets the negative of its answers, so
      at most one of the two can be right, half of all. It has ${right(state)}.`,
    task: "Switch on the biases (here or in the settings), then train until all are right.",
    act: { label: "Switch biases on", run: (actions) => actions.change({ biases: true }) },
    done: (state) => isOpen(state, "story-odd") && state.structure.biases && allRight(state),
  },
  {
    title: "Dropout",
    scene: { open: "story-dropout" },
    tell: (state) => text`Of these ${live(state.structure.n_examples)} digits a fifth carries a wrong label. A network that learns them all by heart, as
      the pinned one has, does badly on new digits: ${heldOut(state.curves?.pins?.[0])}. With dropout each step leaves out half of the
      neurons, drawn by chance (crossed out here after a Step), so that none can rely on another; when the network answers, all take part.
      This one, at epoch ${live(state.frame.training.epoch)}: ${heldOut(state.curves)}.`,
    task: "Press Step a few times: each leaves out others. Then train for 100 epochs, and compare the dashed curves under Learning.",
    done: (state) => isOpen(state, "story-dropout") && state.structure.dropout > 0 && state.frame.training.epoch >= 100,
  },
  {
    title: "What can go wrong",
    at: "doctor",
    scene: { open: "story-deep", example: 4 },
    tell: (state) => text`On the way back every logistic squash multiplies the slope by a quarter at most. Of ten layers the first ones
      get next to nothing: they do not learn. ${state.diagnosis ? text`The doctor looked at epoch ${live(state.diagnosis.epoch)} and
      found ${state.diagnosis.findings.length ? html`<b class="live">${state.diagnosis.findings.map(({ name }) => name).join(", ")}</b>` : "nothing wrong"}.` : ""}
      Other traps: a ReLU that answers to no example learns nothing; large weights let the products explode; so does a large learning
      rate. ${right(state)} are right now.`,
    task: "Train, for as long as you like, and pause: the doctor says what is wrong. Press “Do this” at its first advice, and train again, until all are right.",
    done: (state) => isOpen(state, "story-deep") && allRight(state),
  },
  {
    title: "Tips",
    scene: { open: "from-scratch", example: 4 },
    tell: ({ curves }) => text`Keep inputs between −1 and 1, and shuffle. First learn a handful of examples by heart. Rather a leaky ReLU than a
      ReLU, rather a small network than a large one. Compare with something simple. And change one thing at a time:
      ${live(curves?.pins?.length ?? 0)} runs are pinned for comparison. (Tips on convolution and pooling do not apply: every neuron here reads all of the layer before.)`,
    task: "Train for a while and pin the run (under Learning). Take other weights or another learning rate, train, and pin again.",
    done: ({ curves, structure }) => structure.experiment === "from-scratch" && curves?.pins?.length >= 2,
  },
];

function chainSaid({ inspection }) {
  if (inspection?.what !== "weight" || !inspection.chain) return "";
  return text`Over ${live(inspection.chain.n_paths)} path${inspection.chain.n_paths === 1 ? "" : "s"} the slope of the selected weight is ${live(inspection.slope, 4)}.`;
}

export function isChapter(chapter) {
  return chapter === null || (Number.isInteger(chapter) && chapter >= 1 && chapter <= CHAPTERS.length);
}
