// Which neurons of a wide layer are shown: the strongest, the next ones, or those that a person names.
import { html, useState } from "../html.js";
import { readable } from "../numbers.js";
import { useStore } from "../store.js";
import { Dialog } from "./dialog.js";

const MOST = 24;
const AT_ONCE = 12;

export function Reveal({ desk, layer, onClose }) {
  const { store, actions } = desk;
  const shown = useStore(store, (state) => state.frame.layers[layer]);
  const [typed, setTyped] = useState(null);
  const [wrong, setWrong] = useState("");
  const { neurons, n_neurons: many, outputs } = shown;
  const last = many - 1;

  function take(event) {
    event.preventDefault();
    const named = numbersIn(typed ?? inShort(neurons));
    const problem =
      named === null ? "Expected numbers and ranges, such as 3, 7, 20-25." :
      named.some((one) => one > last) ? `The layer has neurons 0 to ${last.toLocaleString("en")}.` :
      named.length > MOST ? `At most ${MOST} at once.` : "";
    setWrong(problem);
    if (!problem) show(named);
  }
  function show(chosen) {
    setTyped(null);
    setWrong("");
    actions.reveal(layer, chosen);
  }
  function page(by) {
    const first = Math.min(Math.max(0, by > 0 ? neurons.at(-1) + 1 : neurons[0] - AT_ONCE), Math.max(0, many - AT_ONCE));
    show(Array.from({ length: Math.min(AT_ONCE, many) }, (_, k) => first + k));
  }
  return html`
    <${Dialog} title=${`Neurons of layer ${layer}`} onClose=${onClose}>
      <p>${many.toLocaleString("en")} neurons, of which ${neurons.length} are shown and ${(many - neurons.length).toLocaleString("en")} are hidden.</p>
      <form class="row" onSubmit=${take}>
        <input type="text" aria-label="Numbers of the neurons to show" value=${typed ?? inShort(neurons)} onInput=${(event) => setTyped(event.target.value)} />
        <button class="primary">Show these</button>
      </form>
      ${wrong && html`<p class="bad" role="alert">${wrong}</p>`}
      <div class="tidy">
        <button onClick=${() => show(null)}>The strongest now</button>
        <button disabled=${neurons[0] === 0 && neurons.at(-1) === neurons.length - 1} onClick=${() => page(-1)}>Those before</button>
        <button disabled=${neurons.at(-1) === last && neurons.length === last - neurons[0] + 1} onClick=${() => page(1)}>Those after</button>
      </div>
      <ul class="revealed" aria-label="Shown">${neurons.map((neuron, k) => html`<li><button
        class="link" onClick=${() => { actions.select("neuron", { layer, neuron }); onClose(); }}
      >neuron ${neuron}</button> ${readable(outputs[k])}</li>`)}</ul>
    <//>
  `;
}

// "3, 7, 20-25" as numbers; null where it is something else.
export function numbersIn(text) {
  const numbers = new Set();
  for (const part of text.split(/[\s,;]+/).filter(Boolean)) {
    const [all, first, last = first] = part.match(/^(\d{1,6})(?:[-–](\d{1,6}))?$/) ?? [];
    if (!all || Number(last) < Number(first) || Number(last) - Number(first) > 1000) return null;
    for (let one = Number(first); one <= Number(last); one++) numbers.add(one);
  }
  return numbers.size ? [...numbers].sort((a, b) => a - b) : null;
}

function inShort(neurons) {
  const parts = [];
  for (const neuron of neurons) {
    const part = parts.at(-1);
    if (part && part[1] === neuron - 1) part[1] = neuron;
    else parts.push([neuron, neuron]);
  }
  return parts.map(([first, last]) => (first === last ? first : last === first + 1 ? `${first}, ${last}` : `${first}–${last}`)).join(", ");
}
