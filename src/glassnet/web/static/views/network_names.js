// The words in the picture of the network: the names of layers, inputs and answers, and numbers that fit into a circle.
import { html } from "../html.js";
import { brief, readable } from "../numbers.js";
import { inputName, lettersOfAnswer, shortened } from "./network_layout.js";

export function Headings({ layers, structure, layout }) {
  const last = layers.length - 1;
  const activations = structure.activations.map((name) => name.split("(")[0]);
  const name = (k) => {
    if (k === 0) return layout.cramped ? "in" : structure.shape ? "pixels" : "inputs";
    if (k === last) return layout.cramped ? "out" : "answer";
    return layout.cramped ? k : `layer ${k}`;
  };
  // Where there is no room at each layer, neighbours with the same squash have it written between them.
  const written = layers.map((_, k) => {
    if (k === 0) return null;
    const same = (other) => activations[other - 1] === activations[k - 1];
    if (!layout.cramped) return layout.xs[k];
    if (k > 1 && same(k - 1)) return null;
    let end = k;
    while (end < last && same(end + 1)) end++;
    return (layout.xs[k] + layout.xs[end]) / 2;
  });
  return layers.map((layer, k) => {
    const hidden = layer.n_neurons - layer.neurons.length;
    const below = layer.neurons.length === 0 ? `${layer.n_neurons} pixels` : hidden ? `${hidden.toLocaleString("en")} more` : "";
    return html`
      <g class=${layout.tight ? "heading tight" : "heading"} text-anchor="middle">
        <text x=${layout.xs[k]} y="22">${name(k)}</text>
        ${written[k] !== null && html`<text x=${written[k]} y="38" class="faint">${activations[k - 1]}</text>`}
        ${below && html`<text x=${layout.xs[k]} y=${layout.height - 6} class="faint">${below}</text>`}
      </g>
    `;
  });
}

// The names of inputs and answers; a screen reader hears them with the neurons.
export function Labels({ structure, frame: { layers, truth, answer }, layout }) {
  const first = layers[0];
  const last = layers.at(-1);
  const highest = truth && structure.categories ? Math.max(...truth.targets) : null;
  const { narrow, low } = layout;
  const most = lettersOfAnswer(layout);
  return html`
    <g class="labels" aria-hidden="true">
      ${structure.inputs &&
      first.neurons.map((neuron) => {
        const place = layout.places.get(`0/${neuron}`);
        return html`<text class="input-name" text-anchor="middle" x=${place.x} y=${place.y + layout.radii[0] + 10}>${inputName(structure, neuron, narrow)}</text>`;
      })}
      ${last.neurons.map((neuron, slot) => {
        const place = layout.places.get(`${last.layer}/${neuron}`);
        const x = place.x + layout.radii.at(-1) + 10;
        const whole = structure.outputs[neuron];
        const name = shortened(whole, most);
        const won = structure.categories && answer?.category === whole;
        const mark = truth && highest !== null && truth.targets[neuron] === highest ? " ◂ truth" : "";
        const error = truth && !narrow ? ` · error ${brief(truth.losses[neuron])}` : "";
        const value = brief(last.outputs[slot]);
        const style = won ? "name won" : "name";
        return html`<g data-neuron=${`${last.layer}/${neuron}`} class="label">${name !== whole && html`<title>${whole}</title>`}${low
          ? html`<text x=${x} y=${place.y + 4}><tspan class=${style}>${name}</tspan> <tspan class="faint" dx="4">${value}${error}${mark}</tspan></text>`
          : html`<text x=${x} y=${place.y - 4} class=${style}>${name}${narrow ? "" : mark}</text>
              <text x=${x} y=${place.y + 12} class="faint">${value}${error}${narrow ? mark : ""}</text>`}
        </g>`;
      })}
    </g>
  `;
}

const WIDTHS = { ".": 0.38, ",": 0.38, "−": 0.84, "~": 0.84 }; // of letters, in their height; a digit has the rest
const EASY = 8.4; // letters so high are read easily; smaller ones rather than fewer digits [px]
const LEAST = 7;

// A number as it fits into a circle, and the height of its letters: without its first 0, smaller, with fewer digits.
export function fitted(value, radius) {
  const whole = brief(value);
  const without = whole.replace(/^(−?)0\./, "$1.");
  const sizeOf = (text) => {
    const wide = [...text].reduce((sum, letter) => sum + (WIDTHS[letter] ?? 0.69), 0);
    return Math.min(Math.max(9, 0.52 * radius), (1.6 * radius) / wide);
  };
  const text =
    [whole, without].find((one) => sizeOf(one) >= EASY) ??
    [without, tenths(value)].find((one) => sizeOf(one) >= LEAST) ?? readable(value, 1);
  return { text, size: Math.max(sizeOf(text), 6) };
}

function tenths(value) {
  const rounded = Math.round(10 * value) / 10;
  return rounded === 0 ? "~0" : readable(rounded).replace(/^(−?)0\./, "$1.");
}
