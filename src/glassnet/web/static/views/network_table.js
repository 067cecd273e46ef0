// The same numbers as the picture of the network, as a table.
import { html } from "../html.js";
import { readable } from "../numbers.js";
import { useStore } from "../store.js";
import { AsTable } from "./as_table.js";

export function NetworkTable({ desk }) {
  const layers = useStore(desk.store, (state) => state.frame.layers);
  const { outputs, activations } = useStore(desk.store, (state) => state.structure);
  const last = layers.length - 1;
  const rows = () =>
    layers.flatMap((layer, k) =>
      layer.neurons.map((neuron, slot) => [
        k === 0 ? "inputs" : `${k}, ${activations[k - 1]}`, k === last ? outputs[neuron] : neuron,
        k ? readable(layer.sums[slot], 4) : "", readable(layer.outputs[slot], 4),
      ]),
    );
  return html`<${AsTable}
    name="The network as a table" label="Neurons and their outputs" columns=${["layer", "neuron", "weighted sum", "output"]} rows=${rows}
  />`;
}
