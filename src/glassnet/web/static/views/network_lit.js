// The path that a backward pass in slow motion is on, over the picture of the network: what it is at, and its number.
import { html } from "../html.js";
import { readable } from "../numbers.js";
import { useStore } from "../store.js";
import { BIAS, sourceOf, wireOf } from "./network_layout.js";

export function LitPath({ store, layout, shape }) {
  const lit = useStore(store, (state) => state.lit);
  if (!lit) return null;
  const wires = lit.wires.map((place) => found(layout, shape, place)).filter(Boolean);
  const { at, value } = lit;
  const wire = at && "source" in at ? found(layout, shape, at) : null;
  const neuron = at && !("source" in at) ? neuronOf(layout, shape, at) : null;
  const label = (wire && { x: wire.middle.x, y: wire.middle.y - 20 }) ?? (neuron && { x: neuron.x, y: neuron.y - neuron.radius - 13 });
  return html`
    <g class="lit" aria-hidden="true">
      ${wires.map(({ d }) => html`<path d=${d} class="lit-path" />`)}
      ${wire && html`<path d=${wire.d} class="lit-now" />`}
      ${neuron && html`<circle cx=${neuron.x} cy=${neuron.y} r=${neuron.radius + 5} class="lit-now" />`}
      ${label && html`<g transform=${`translate(${label.x} ${Math.max(label.y, 14)})`}>
        <rect x="-29" y="-11" width="58" height="20" rx="10" /><text text-anchor="middle" y="4">× ${readable(value)}</text>
      </g>`}
    </g>
  `;
}

// A neuron, the bias, or a pixel of the picture; nothing where it is not shown.
function neuronOf(layout, shape, { layer, neuron }) {
  const place = layout.places.get(`${layer}/${neuron}`);
  if (place) return { ...place, radius: neuron === "bias" ? BIAS : layout.radii[layer] };
  const pixel = layer === 0 ? sourceOf(layout, shape, 1, neuron) : null;
  return pixel && { ...pixel, radius: 3 };
}

function found(layout, shape, { layer, neuron, source }) {
  return wireOf(layout, shape, layer, neuron, source === "bias" ? null : source, true);
}
