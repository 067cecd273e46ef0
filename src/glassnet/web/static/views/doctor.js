// What the doctor says of the training: each finding with its evidence, its cause, and what can be done about it.
import { CHAPTERS } from "../chapters.js";
import { html, useEffect, useRef } from "../html.js";
import { percent, readable } from "../numbers.js";
import { useStore } from "../store.js";

const SIGNS = { fatal: "✗", serious: "!", mild: "·" };

export function Doctor({ desk }) {
  const { store, actions } = desk;
  const diagnosis = useStore(store, (state) => state.diagnosis);
  const epoch = useStore(store, (state) => state.frame.training.epoch);
  const why = useStore(store, (state) => state.why);
  const card = useRef(null);
  useEffect(() => {
    if (!why) return;
    const opened = card.current.querySelectorAll(".finding")[why.finding];
    if (!opened) return;
    opened.open = true;
    opened.querySelector("summary").focus({ preventScroll: true });
    opened.scrollIntoView({ block: "nearest", behavior: "auto" });
  }, [why]);
  return html`
    <section class="card doctor" aria-labelledby="doctor-title" ref=${card}>
      <div class="title">
        <h2 id="doctor-title">What the doctor says</h2>
        <button class="quiet" onClick=${actions.examine}>Ask the doctor</button>
      </div>
      ${diagnosis ? html`<${Said} diagnosis=${diagnosis} epoch=${epoch} actions=${actions} />` : html`<p class="small">When training stops, the doctor looks at it and says what is wrong, if anything.</p>`}
    </section>
  `;
}

function Said({ diagnosis, epoch, actions }) {
  const { findings, tips, not_examined: notExamined } = diagnosis;
  const when = `At epoch ${diagnosis.epoch.toLocaleString("en")}${diagnosis.epoch === epoch ? "" : `; the network is at ${epoch.toLocaleString("en")} now`}`;
  return html`
    <p class="small" role="status">${when}: ${findings.length ? html`<b>${findings.map(({ name }) => name).join(", ")}</b>.` : html`<b>nothing wrong was found.</b>`}</p>
    ${findings.map((finding, k) => html`<${Finding} key=${`${finding.name} ${finding.place}`} finding=${finding} first=${k === 0} actions=${actions} />`)}
    <${Facts} facts=${diagnosis.facts} />
    ${tips.length > 0 && html`<details class="further"><summary>Advice, which is no alarm (${tips.length})</summary>
      <dl>${tips.map(({ name, reason }) => html`<dt>${name}</dt><dd>${reason}</dd>`)}</dl></details>`}
    ${notExamined.length > 0 && html`<details class="further"><summary>Not examined (${notExamined.length})</summary>
      <ul>${notExamined.map((one) => html`<li>${one}</li>`)}</ul></details>`}
  `;
}

function Finding({ finding, first, actions }) {
  const { name, severity, said, evidence, place, cause, chapter, remedies } = finding;
  return html`
    <details class=${`finding ${severity}`} open=${first}>
      <summary><span class="sign" aria-hidden="true">${SIGNS[severity]}</span><b>${name}</b> <span class="small">${severity}, ${place}</span></summary>
      <p>${said}</p>
      <dl class="facts-list">${Object.entries(evidence).map(([what, value]) => html`<dt>${what}</dt><dd>${written(value)}</dd>`)}</dl>
      <p><b>Why:</b> ${cause}${chapter && html` <button class="link" onClick=${() => actions.chapter(chapter)}>Chapter ${chapter} of the story: ${CHAPTERS[chapter - 1].title}</button>`}</p>
      ${remedies.length > 0 && html`<h3>What may help</h3>
        <ol class="remedies">${remedies.map(
          ({ words, steps }) => html`<li>${words} ${steps && html`<button onClick=${() => actions.follow(steps)} aria-label=${`Do this: ${words}`}>Do this</button>`}</li>`,
        )}</ol>`}
    </details>
  `;
}

function Facts({ facts }) {
  const entries = Object.entries(facts);
  if (!entries.length) return null;
  return html`<details class="further"><summary>What was measured</summary>
    <dl class="facts-list">${entries.map(([what, value]) => html`<dt>${what}</dt><dd>${what.startsWith("score") || what === "by chance" ? percent(value) : written(value)}</dd>`)}</dl></details>`;
}

function written(value) {
  return typeof value === "number" ? readable(value) : String(value);
}

// Beside something that a finding is about: asks why.
export function Why({ desk, layer, neuron }) {
  const diagnosis = useStore(desk.store, (state) => state.diagnosis);
  const concerned = about(diagnosis, layer, neuron);
  return concerned.map(
    ([{ name }, k]) => html`<p class="why-line"><span class="sign" aria-hidden="true">!</span> The doctor finds ${name} here.
      <button class="link" onClick=${() => desk.actions.why(k)}>Why?</button></p>`,
  );
}

// Whoever stops early knows that more training might have helped.
const isAlarming = ({ severity, place }) => severity !== "mild" && place !== "the setting epochs";

// Beside the training bar: the worst finding.
export function Worst({ desk }) {
  const worst = useStore(desk.store, ({ diagnosis }) => diagnosis?.findings.find(isAlarming) ?? null);
  const number = useStore(desk.store, ({ diagnosis }) => diagnosis?.findings.indexOf(worst));
  if (!worst) return null;
  return html`<button class="why-button" onClick=${() => desk.actions.why(number)}><span class="sign" aria-hidden="true">!</span>${worst.name}: why?</button>`;
}

// The findings about a layer, or about a neuron of it, each with its number.
export function about(diagnosis, layer, neuron) {
  return (diagnosis?.findings ?? [])
    .map((finding, k) => [finding, k])
    .filter(([{ at }]) => at?.layer === layer && (neuron === undefined || at.neurons.length === 0 || at.neurons.includes(neuron)));
}
