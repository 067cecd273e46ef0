// The same numbers as the picture of the network, as a table for whoever cannot or does not want to see it.
import { html, useState } from "../html.js";
import { readable } from "../numbers.js";
import { useStore } from "../store.js";

export function NetworkTable({ desk }) {
  const [open, setOpen] = useState(false);
  return html`
    <details class="as-table" onToggle=${(event) => setOpen(event.currentTarget.open)}>
      <summary>The network as a table</summary>
      ${open && html`<${Table} desk=${desk} />`}
    </details>
  `;
}

function Table({ desk }) {
  const layers = useStore(desk.store, (state) => state.frame.layers);
  const { outputs, activations } = useStore(desk.store, (state) => state.structure);
  const last = layers.length - 1;
  return html`
    <div class="scrolls" tabindex="0" role="group" aria-label="Neurons and their outputs">
      <table>
        <thead><tr><th scope="col">layer</th><th scope="col">neuron</th><th scope="col">weighted sum</th><th scope="col">output</th></tr></thead>
        <tbody>
          ${layers.map((layer, k) =>
            layer.neurons.map(
              (neuron, slot) => html`<tr>
                <th scope="row">${k === 0 ? "inputs" : `${k}, ${activations[k - 1]}`}</th>
                <td>${k === last ? outputs[neuron] : neuron}</td>
                <td class="number">${k ? readable(layer.sums[slot], 4) : ""}</td>
                <td class="number">${readable(layer.outputs[slot], 4)}</td>
              </tr>`,
            ),
          )}
        </tbody>
      </table>
    </div>
  `;
}
