// The picture of the network, live: pixels, wires, neurons, answers. White adds, black takes away.
import { html, useEffect, useLayoutEffect, useMemo, useRef, useState } from "../html.js";
import { CHAPTERS } from "../chapters.js";
import { brief, readable } from "../numbers.js";
import { grey, inkOn, pictureAddress, pictureOf, pixelName } from "../pixels.js";
import { useStore } from "../store.js";
import { BIAS, layOut, SQUARE, wireOf } from "./network_layout.js";
import { about } from "./doctor.js";
import { LitPath } from "./network_lit.js";
import { fitted, Headings, Labels } from "./network_names.js";
import { NetworkTable } from "./network_table.js";
import { Reveal } from "./reveal.js";
import { usePanZoom } from "./pan_zoom.js";
import { scaleOfLetters } from "../rem.js";

export function NetworkView({ desk }) {
  const { store, actions } = desk;
  const structure = useStore(store, (state) => state.structure);
  const inside = useStore(store, (state) => state.inside);
  const stage = useRef(null);
  const room = useRoom(stage);
  const zoom = usePanZoom(stage);
  const hasFields = structure.shape !== null;
  return html`
    <section class="card network" aria-labelledby="network-title">
      <div class="title">
        <h2 id="network-title">Network</h2>
        ${hasFields &&
        html`<div class="segments" role="group" aria-label="Inside the neurons">
          <button aria-pressed=${inside === "values"} onClick=${() => actions.show("values")}>Values</button>
          <button aria-pressed=${inside === "fields"} onClick=${() => actions.show("fields")}>
            ${structure.sizes[0] > 12 ? "Weights" : "Receptive fields"}
          </button>
        </div>`}
        <div class="tools">
          <button class="quiet" aria-label="Zoom out" onClick=${() => zoom.by(1 / 1.3)}>−</button>
          <button class="quiet" aria-label="Zoom in" onClick=${() => zoom.by(1.3)}>+</button>
          <button class="quiet" onClick=${zoom.reset} disabled=${zoom.isWhole}>Fit</button>
        </div>
      </div>
      <div class="stage" ref=${stage} onPointerDown=${zoom.onPointerDown} data-zoomed=${!zoom.isWhole}>
        ${room && html`<${Picture} desk=${desk} structure=${structure} room=${room} view=${zoom.view} />`}
      </div>
      <${HiddenNeurons} desk=${desk} />
      <p class="small legend">
        White wires add, black ones take away; wider is stronger.<span class="more"> ${INSIDE[inside](structure)}
        ${structure.dropout > 0 && " Crossed out: left out of the last step, for the first example of its batch."}</span>
      </p>
      <${NetworkTable} desk=${desk} />
    </section>
  `;
}

// How many neurons are hidden, layer by layer, and the way to them.
function HiddenNeurons({ desk }) {
  const [open, setOpen] = useState(null);
  const layers = useStore(desk.store, (state) => state.frame.layers.filter(({ neurons, n_neurons: many }) => neurons.length && neurons.length < many).map(({ layer, neurons, n_neurons: many }) => `${layer} ${many - neurons.length}`).join());
  if (!layers) return null;
  return html`
    <p class="small hidden-neurons">Hidden: ${layers.split(",").map((one) => {
      const [layer, many] = one.split(" ").map(Number);
      return html`<button class="link" aria-haspopup="dialog" onClick=${() => setOpen(layer)}>${many.toLocaleString("en")} of layer ${layer} …</button> `;
    })}</p>
    ${open !== null && html`<${Reveal} desk=${desk} layer=${open} onClose=${() => setOpen(null)} />`}
  `;
}

const INSIDE = {
  values: () => "In each neuron: its output.",
  fields: ({ sizes }) =>
    sizes[0] > 12
      ? "In layer 1: its weights as a picture."
      : "In each neuron: the picture that it answers to most; see-through pixels do not matter.",
};

function useRoom(stage) {
  const [room, setRoom] = useState(null);
  useLayoutEffect(() => {
    const observer = new ResizeObserver(([entry]) => {
      const { width, height } = entry.contentRect;
      const scale = scaleOfLetters();
      setRoom({ width: Math.round(width / scale), height: Math.round(height / scale) });
    });
    observer.observe(stage.current);
    return () => observer.disconnect();
  }, []);
  return room;
}

function Picture({ desk, structure, room, view }) {
  const { store, actions } = desk;
  const frame = useStore(store, (state) => state.frame);
  const fields = useStore(store, (state) => (state.inside === "fields" ? state.fields : null));
  const explained = useStore(store, ({ chapter }) => chapter !== null && CHAPTERS[chapter - 1].biases === true);
  const { shape } = structure;
  const { layers, selection } = frame;
  const shown = layers.map((layer) => `${layer.neurons}${layer.has_bias}`).join("|");
  const layout = useMemo(() => layOut(layers, structure, room), [shown, room, structure]);
  const focus = useRovingFocus(layers, layout, selection);
  const { width, height } = layout;
  const box = `${view.x * width} ${view.y * height} ${width / view.scale} ${height / view.scale}`;

  function onClick(event) {
    const { wire, neuron } = event.target.closest("[data-wire], [data-neuron]")?.dataset ?? {};
    if (wire) actions.select("weight", placeOf(wire));
    else if (neuron) choose(neuron);
    else actions.select("nothing");
    if (wire || neuron) seeInspector(event.currentTarget);
  }
  function choose(name) {
    const [layer, neuron] = name.split("/").map(Number);
    if (layer === structure.sizes.length - 1) actions.select("output", { layer, neuron });
    else actions.select("neuron", { layer, neuron });
  }
  function onPointerOver(event) {
    const wire = event.target.closest("[data-wire]")?.dataset.wire;
    if (wire || store.get().highlight) actions.highlight(wire ? placeOf(wire) : null);
  }

  // Zooming, panning and pointing leave it as it is: with thousands of wires it takes long to be drawn anew.
  const content = useMemo(() => html`
      <${Headings} layers=${layers} structure=${structure} layout=${layout} />
      ${layout.picture &&
      html`<image
        x=${layout.picture.x} y=${layout.picture.y} width=${layout.picture.width} height=${layout.picture.height}
        href=${pictureAddress(pictureOf(frame.inputs, shape))} class="pixelated" preserveAspectRatio="none"
      />`}
      <${Wires} layers=${layers} layout=${layout} shape=${shape} selection=${selection} dropped=${frame.training.dropped} />
      <${MarkedWires} store=${store} layout=${layout} shape=${shape} />
      ${layers.slice(1).map(
        (layer) => showsBias(layer, selection, explained) && html`<${Bias} place=${layout.places.get(`${layer.layer - 1}/bias`)} />`,
      )}
      ${layers.map((layer) =>
        layer.neurons.map(
          (neuron, slot) => html`<${Neuron}
            key=${`${layer.layer}/${neuron}`} layer=${layer} neuron=${neuron} slot=${slot} layout=${layout}
            structure=${structure} frame=${frame} picture=${fields?.get(`${layer.layer}/${neuron}`)}
            selected=${isSelected(selection, layer.layer, neuron)} focus=${focus}
          />`,
        ),
      )}
      <${Labels} structure=${structure} frame=${frame} layout=${layout} />
      <${Marks} desk=${desk} layers=${layers} layout=${layout} />
      <${LitPath} store=${store} layout=${layout} shape=${shape} />`, [frame, fields, layout, structure, explained, focus.at]);

  return html`
    <svg
      class="picture" viewBox=${box} preserveAspectRatio="xMidYMid meet" role="group"
      aria-label=${`Network ${structure.name}. Arrow keys move between neurons, Enter looks inside.`}
      onClick=${onClick} onPointerOver=${onPointerOver} onKeyDown=${(event) => focus.onKeyDown(event, choose)}
    >${content}</svg>
  `;
}

// Where the doctor found something: a mark at the name of the layer, and at the neurons concerned.
function Marks({ desk, layers, layout }) {
  const diagnosis = useStore(desk.store, (state) => state.diagnosis);
  if (!diagnosis) return null;
  return layers.map((layer, k) => {
    const found = about(diagnosis, layer.layer);
    if (!found.length) return null;
    const [[{ name }, number]] = found;
    const ask = (event) => {
      event.stopPropagation();
      if (event.type === "click" || event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        desk.actions.why(number);
      }
    };
    const neurons = layer.neurons.filter((neuron) => found.some(([{ at }]) => at.neurons.includes(neuron)));
    return html`
      <g class="why" role="button" tabindex="0" aria-label=${`The doctor finds ${name} in layer ${layer.layer}: why?`} onClick=${ask} onKeyDown=${ask}>
        <rect x=${layout.xs[k] - 24} y="43" width="48" height="18" rx="9" /><text x=${layout.xs[k]} y="56" text-anchor="middle">why?</text>
      </g>
      ${neurons.map((neuron) => {
        const place = layout.places.get(`${layer.layer}/${neuron}`);
        const radius = layout.radii[layer.layer];
        return html`<g class="concerned"><circle cx=${place.x + 0.75 * radius} cy=${place.y - 0.75 * radius} r="8" />
          <text x=${place.x + 0.75 * radius} y=${place.y - 0.75 * radius + 4} text-anchor="middle">!</text></g>`;
      })}
    `;
  });
}

// Where all stands one below the other, what was asked for comes into sight, below the network that stays there.
function seeInspector(picture) {
  const isStacked = getComputedStyle(picture.closest(".network")).position === "sticky";
  if (isStacked) picture.closest(".glassnet").querySelector(".inspector").scrollIntoView({ block: "start" });
}

function placeOf(name) {
  const [layer, neuron, source] = name.split("/");
  return { layer: Number(layer), neuron: Number(neuron), source: source === "bias" ? "bias" : Number(source) };
}

function isSelected(selection, layer, neuron) {
  return ["neuron", "output"].includes(selection.what) && selection.layer === layer && selection.neuron === neuron;
}

function Wires({ layers, layout, shape, selection, dropped }) {
  const drawn = [];
  const isOut = (layer, neuron) => neuron !== null && layer > 0 && dropped?.[layer - 1]?.includes(neuron);
  for (const layer of layers.slice(1)) {
    for (const [source, target, weight, strength] of layer.wires) {
      const name = `${layer.layer}/${target}/${source ?? "bias"}`;
      const path = wireOf(layout, shape, layer.layer, target, source)?.d;
      if (!path) continue;
      const near = selection.what !== "nothing" && selection.what !== "weight" && selection.layer === layer.layer && selection.neuron === target;
      const wire = html`<path
        key=${name} d=${path} data-wire=${name} class=${`wire ${weight > 0 ? "adds" : "takes"} ${near ? "near" : ""} ${layout.picture && layer.layer === 1 ? "thin" : ""} ${isOut(layer.layer, target) || isOut(layer.layer - 1, source) ? "out" : ""}`}
        style=${{ strokeWidth: 0.7 + layout.thick * strength }}
      /><path key=${`${name} hit`} d=${path} data-wire=${name} class="hit"><title>${`weight ${readable(weight)}`}</title></path>`;
      drawn.push(wire);
    }
  }
  const quiet = selection.what === "neuron" || selection.what === "output";
  return html`<g class=${`wires ${quiet ? "some" : ""}`}>${drawn}</g>`;
}

// The wire that is looked into, and the one that is pointed at: the picture's, if they are drawn.
function MarkedWires({ store, layout, shape }) {
  const selection = useStore(store, (state) => state.frame.selection);
  const pointed = useStore(store, (state) => state.highlight);
  const layers = useStore(store, (state) => state.frame.layers);
  const chosen = selection.what === "weight" ? selection : null;
  return [pointed, chosen].map((place, k) => {
    const isDrawn = place && layers[place.layer]?.wires.some(([source, target]) => target === place.neuron && (source ?? "bias") === place.source);
    if (!isDrawn || (k === 0 && chosen && isSame(pointed, chosen))) return null;
    const path = wireOf(layout, shape, place.layer, place.neuron, place.source === "bias" ? null : place.source, true)?.d;
    return path && html`<path d=${path} class=${place === chosen ? "mark chosen" : "mark"} />`;
  });
}

const isSame = (one, other) => one.layer === other.layer && one.neuron === other.neuron && one.source === other.source;

// An input that is always 1: where a wire begins there, or the biases are what is told of.
function showsBias({ layer, wires, has_bias: isThere }, selection, explained) {
  if (!isThere) return false;
  return explained || wires.some(([source]) => source === null) || (selection.layer === layer && selection.source === "bias");
}

function Bias({ place }) {
  return html`<g class="bias"><circle cx=${place.x} cy=${place.y} r=${BIAS} /><text x=${place.x} y=${place.y + 4} text-anchor="middle">1</text></g>`;
}

function Neuron({ layer, neuron, slot, layout, structure, frame, picture, selected, focus }) {
  const place = layout.places.get(`${layer.layer}/${neuron}`);
  const radius = layout.radii[layer.layer];
  const output = layer.outputs[slot];
  const last = layer.layer === structure.sizes.length - 1;
  const name = `${layer.layer}/${neuron}`;
  const won = last && frame.answer?.category != null && frame.answer.category === structure.categories?.[neuron];
  const value = picture && layer.layer > 0 ? readable(output) : brief(output);
  const out = layer.layer > 0 && (frame.training.dropped?.[layer.layer - 1]?.includes(neuron) ?? false);
  const { text, size } = fitted(output, layer.layer === 0 ? radius * SQUARE : radius);
  const isSeen = (picture && layer.layer > 0) || text === value;
  // What is seen is said: without its first 0 as it stands there, else beside the number.
  const said = isSeen ? value : value.endsWith(text.replace("−", "")) ? text : `${value}, about ${text}`;
  const words = `${nameOf(structure, layer.layer, neuron)}: ${said}${won ? ", the answer" : ""}${out ? ", left out of the last step" : ""}`;
  const side = radius * 1.28;
  const half = radius * SQUARE;
  const body =
    layer.layer === 0
      ? html`<rect x=${-half} y=${-half} width=${2 * half} height=${2 * half} rx="4" class="body" fill=${grey(output)} />`
      : html`<circle r=${radius} class="body" fill=${picture ? "#666" : grey(output)} />`;
  return html`
    <g
      class=${`neuron ${selected ? "selected" : ""} ${won ? "won" : ""}`} data-neuron=${name} role="button"
      transform=${`translate(${place.x} ${place.y})`} aria-label=${words} aria-pressed=${selected}
      tabindex=${focus.at === name ? 0 : -1} ref=${focus.keep(name)}
    >
      ${body}
      ${picture && layer.layer > 0
        ? html`<image
            x=${-side / 2} y=${-side / 2} width=${side} height=${side} class="pixelated"
            href=${pictureAddress(picture)} preserveAspectRatio="xMidYMid meet"
          />`
        : html`<text class="value" text-anchor="middle" y=${size * 0.35} style=${{ fill: inkOn(output), fontSize: `${size}px` }}>${text}</text>`}
      ${out && html`<path class="struck" d=${`M${-radius} ${-radius}L${radius} ${radius}M${radius} ${-radius}L${-radius} ${radius}`} />`}
    </g>
  `;
}

function nameOf(structure, layer, neuron) {
  if (layer === structure.sizes.length - 1) return `Answer ${structure.outputs[neuron]}`;
  if (layer > 0) return `Layer ${layer}, neuron ${neuron}`;
  return structure.shape ? `Pixel ${pixelName(neuron, structure.shape)}` : structure.inputs[neuron];
}

// One stop for the Tab key; arrow keys go from neuron to neuron.
function useRovingFocus(layers, layout, selection) {
  const elements = useRef(new Map());
  const columns = layers.filter((layer) => layer.neurons.length).map((layer) => layer.neurons.map((n) => `${layer.layer}/${n}`));
  const [at, setAt] = useState(columns[0][0]);
  const known = columns.some((column) => column.includes(at));
  const here = known ? at : columns[0][0];
  useEffect(() => {
    const name = `${selection.layer}/${selection.neuron}`;
    if (columns.some((column) => column.includes(name)) && selection.what !== "nothing") setAt(name);
  }, [selection.what, selection.layer, selection.neuron]);

  function onKeyDown(event, choose) {
    const column = columns.findIndex((names) => names.includes(here));
    const slot = columns[column].indexOf(here);
    const y = layout.places.get(here).y;
    let next = null;
    if (event.key === "ArrowUp") next = columns[column][slot - 1];
    else if (event.key === "ArrowDown") next = columns[column][slot + 1];
    else if (event.key === "ArrowLeft") next = nearest(columns[column - 1], y, layout);
    else if (event.key === "ArrowRight") next = nearest(columns[column + 1], y, layout);
    else if (event.key === "Enter" || event.key === " ") choose(here);
    else return;
    event.preventDefault();
    if (next) {
      setAt(next);
      elements.current.get(next)?.focus();
    }
  }
  const keep = (name) => (element) => (element ? elements.current.set(name, element) : elements.current.delete(name));
  return { at: here, keep, onKeyDown };
}

function nearest(names, y, layout) {
  return names?.reduce((best, name) =>
    Math.abs(layout.places.get(name).y - y) < Math.abs(layout.places.get(best).y - y) ? name : best,
  );
}
