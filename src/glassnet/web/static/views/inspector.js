// What is inside the selected thing: a neuron, a weight, an answer; or how to begin.
import { html, useLayoutEffect, useRef } from "../html.js";
import { readable } from "../numbers.js";
import { useStore } from "../store.js";
import { InspectNeuron } from "./inspect_neuron.js";
import { InspectOutput } from "./inspect_output.js";
import { InspectWeight } from "./inspect_weight.js";

const VIEWS = { neuron: InspectNeuron, weight: InspectWeight, output: InspectOutput, input: InspectInput, error: Failed };

export function Inspector({ desk }) {
  const inspection = useStore(desk.store, (state) => state.inspection);
  const View = inspection ? VIEWS[inspection.what] : Beginning;
  const card = useRef(null);
  // What was pressed in here to come somewhere else is gone then: the keyboard goes on at the new title.
  const within = card.current?.contains(card.current.getRootNode().activeElement) ?? false;
  const { what, layer, neuron, source } = inspection ?? {};
  useLayoutEffect(() => {
    if (!within || card.current.contains(card.current.getRootNode().activeElement)) return;
    const title = card.current.querySelector("h3, h2");
    title.tabIndex = -1;
    title.focus({ preventScroll: true });
  }, [`${what}/${layer}/${typeof neuron === "object" ? neuron.neuron : neuron}/${source}`]);
  return html`
    <section class="card inspector" ref=${card} aria-labelledby="inspector-title">
      <div class="title">
        <h2 id="inspector-title">Inspector</h2>
        ${inspection && html`<button class="quiet" onClick=${() => desk.actions.select("nothing")}>Close</button>`}
      </div>
      <${View} desk=${desk} inspection=${inspection} />
    </section>
  `;
}

function Beginning({ desk }) {
  return html`
    <p>Click anything in the network and look inside.</p>
    <ul class="hints">
      <li><b>A neuron</b>: every term of its sum, and the squash.</li>
      <li><b>A wire</b>: its weight, the error over it, and every factor of its slope.</li>
      <li><b>An answer</b>: how wrong it is, and which way is better.</li>
    </ul>
    <${GradientCheck} desk=${desk} />
  `;
}

function GradientCheck({ desk }) {
  const checked = useStore(desk.store, (state) => state.checked);
  return html`
    <div class="checking">
      <button onClick=${() => desk.actions.check()}>Check the derivatives</button>
      ${checked &&
      html`<div role="status">
        <p class=${checked.agrees ? "good" : "bad"}><b>${checked.agrees ? "✓" : "!"} ${checked.verdict}</b></p>
        <dl class="facts-list">
          <dt>checked</dt><dd>${checked.n_checked.toLocaleString("en")} of ${checked.n_parameters.toLocaleString("en")}</dd>
          <dt>largest relative error</dt><dd>${readable(checked.worst, 2)}</dd>
          <dt>numeric</dt><dd>${checked.forward_passes.toLocaleString("en")} forward passes, ${milliseconds(checked.numeric_seconds)}</dd>
          <dt>direct</dt><dd>1 forward, 1 backward, ${milliseconds(checked.direct_seconds)}</dd>
        </dl>
      </div>`}
    </div>
  `;
}

function milliseconds(seconds) {
  return `${readable(1000 * seconds, 2)} ms`;
}

function InspectInput({ inspection }) {
  return html`<h3>${inspection.name}</h3><p class="big">${readable(inspection.output)}</p>
    <p class="small">An input: −1 is the lowest (black), 1 the highest (white).</p>`;
}

function Failed({ inspection }) {
  return html`<p class="bad">${inspection.text}</p>`;
}
