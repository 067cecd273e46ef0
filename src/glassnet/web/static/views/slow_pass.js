// One backward pass in slow motion: from the error back to a weight, factor by factor, path by path. The numbers
// are those of the moment it began; whatever is lit in the network stands in the store's `lit`.
import { html, useEffect, useLayoutEffect, useMemo, useRef, useState } from "../html.js";
import { readable, typeset } from "../numbers.js";

const PACE = { first: 1100, further: 450 }; // the first path is followed, the others only recognised [ms]

// The slopes of a sum and of the identity are always 1: a factor of 1 in every line hides the others.
export function isInformative(factor) {
  return factor.name !== "sum" && factor.name !== "identity";
}

// A button to begin it, with whatever else is said about the weight; while it runs, it alone is shown.
export function SlowPass({ desk, weight, children }) {
  const [pass, setPass] = useState(null); // the weight as it was when the pass began
  useEffect(() => () => desk.actions.light(null), []);
  function begin() {
    desk.actions.pause();
    setPass(weight);
  }
  function close() {
    desk.actions.light(null);
    setPass(null);
  }
  if (pass) return html`<${Running} desk=${desk} weight=${pass} close=${close} />`;
  const hasPaths = weight.chain?.lines.some((line) => line.factors.length > 0);
  return html`
    ${hasPaths && html`<button class="begin-pass" onClick=${begin}>Backward pass in slow motion</button>`}
    ${children}
  `;
}

function Running({ desk, weight, close }) {
  const still = useReducedMotion();
  const stages = useMemo(() => stagesOf(weight), [weight]);
  const [at, setAt] = useState(0);
  const [playing, setPlaying] = useState(!still);
  const head = useRef(null);
  useEffect(() => head.current.focus(), []); // the button that began it is gone
  const stage = stages[at];
  const last = stages.length - 1;
  const go = (to) => setAt(Math.min(last, Math.max(0, to)));

  // Before the page is painted: what is said and what is lit belong together.
  useLayoutEffect(() => {
    const { factor, wires, ended } = stage;
    desk.actions.light({ wires, at: factor?.at ?? null, value: factor?.value ?? null, ended: Boolean(ended) });
  }, [stage]);
  useEffect(() => {
    if (!playing || still || at === last) return undefined;
    const timer = setTimeout(() => go(at + 1), stage.path === 0 ? PACE.first : PACE.further);
    return () => clearTimeout(timer);
  }, [playing, still, at]);

  return html`
    <div class="slow-pass" role="group" aria-labelledby="slow-pass-title">
      <div class="row">
        <h4 id="slow-pass-title" tabindex="-1" ref=${head}>Back from the error, in slow motion</h4>
        <button class="quiet" aria-label="Close the backward pass" onClick=${close}>×</button>
      </div>
      <div class="row transport">
        ${!still &&
        (at === last
          ? html`<button onClick=${() => { go(0); setPlaying(true); }}>Again</button>`
          : html`<button onClick=${() => setPlaying(!playing)}>${playing ? "Pause" : "Play"}</button>`)}
        <button disabled=${at === 0} onClick=${() => { setPlaying(false); go(at - 1); }}>Back</button>
        <button disabled=${at === last} onClick=${() => { setPlaying(false); go(at + 1); }}>Step</button>
        <button class="quiet" disabled=${at === last} onClick=${() => go(last)}>To the sum</button>
      </div>
      <p class="stage-said" aria-live=${playing ? "off" : "polite"}>${said(stage, weight.chain)}</p>
      ${stage.factor && html`
        <p class="backward">${stage.sofar.map(
          (factor, k) => html`<span class=${k === stage.sofar.length - 1 ? "factor now" : "factor"}><small>${nameOf(factor)}</small>${readable(factor.value)}${k > 0 && html`<span class="times"> ×</span>`}</span>`,
        )}</p>
        <p class="so-far">product so far <b data-so-far>${readable(stage.factor.so_far)}</b></p>`}
      <${Products} weight=${weight} stage=${stage} />
    </div>
  `;
}

// The products of the paths that are done, and at the end their sum beside the slope that training uses.
function Products({ weight, stage }) {
  const { lines, n_further: nFurther, n_paths: nPaths, slope } = weight.chain;
  const done = lines.slice(0, stage.path);
  return html`
    ${done.length > 0 &&
    html`<table class="products">
      <caption>Products of the paths</caption>
      <thead class="hidden"><tr><th scope="col">path</th><th scope="col">product</th></tr></thead>
      <tbody>${done.map(
        (line, k) => html`<tr><th scope="row">${line.neurons ? pathName(weight, line, k) : `${nFurther.toLocaleString("en")} more together`}</th><td class="number">${typeset(line.product)}</td></tr>`,
      )}</tbody>
      ${stage.ended &&
      html`<tfoot>
        <tr><th scope="row">sum over ${nPaths.toLocaleString("en")} path${nPaths === 1 ? "" : "s"}</th><td class="number" data-sum>${typeset(slope)}</td></tr>
        <tr><th scope="row">backpropagation’s gradient over ${weight.examples}</th><td class="number" data-used>${readable(weight.slope, 6)}</td></tr>
      </tfoot>`}
    </table>`}
  `;
}

function pathName(weight, line, k) {
  const example = line.example === null ? "" : `, example ${line.example}`;
  return `path ${k + 1}: neurons ${line.neurons.join(", ")}${example}`;
}

function said({ factor, path, number, many, ended }, chain) {
  if (ended) return "All paths are added up: this is what the weight gets.";
  if (!factor) return `The other ${chain.n_further.toLocaleString("en")} paths, weaker than these, are taken together.`;
  return `Path ${path + 1}, factor ${number} of ${many}: ${nameOf(factor)}, ${factor.place}, ${readable(factor.value)}.${meaning(factor)}`;
}

function meaning({ name, value }) {
  if (name === "weight") return " A weight hands the slope on times its value.";
  if (name === "relu") return value ? " The ReLU is open: 1." : " The ReLU is shut: 0.";
  if (name === "input") return " What came in over the weight.";
  if (name === "bias") return " A bias has an input of 1.";
  if (name.includes("loss") || name.includes("after")) return " The error’s own slope: here the way back begins.";
  return name.startsWith("share") ? " The error is a mean." : " The slope of the squash, where its sum is.";
}

function nameOf({ name }) {
  return name === "loss" || name.includes("loss") ? `slope of the ${name.replace("loss", "error")}` : name.replace("_", " ");
}

function stagesOf(weight) {
  const stages = [];
  const { lines } = weight.chain;
  lines.forEach((line, path) => {
    if (!line.neurons) {
      stages.push({ path, wires: [] });
      return;
    }
    const back = line.factors.filter(isInformative).reverse();
    const wires = [
      { layer: weight.layer, neuron: weight.neuron, source: weight.source },
      ...line.factors.filter(({ name }) => name === "weight").map(({ at }) => at),
    ];
    back.forEach((factor, k) => {
      stages.push({ path, wires, factor, sofar: back.slice(0, k + 1), number: k + 1, many: back.length });
    });
  });
  stages.push({ path: lines.length, wires: stages.flatMap(({ wires, number }) => (number === 1 ? wires : [])), ended: true });
  return stages;
}

function useReducedMotion() {
  const asked = useMemo(() => matchMedia("(prefers-reduced-motion: reduce)"), []);
  const [still, setStill] = useState(asked.matches);
  useEffect(() => {
    const take = () => setStill(asked.matches);
    asked.addEventListener("change", take);
    return () => asked.removeEventListener("change", take);
  }, []);
  return still;
}
