// A neuron: its terms, their sum, the squash and its slope. The printed numbers add up.
import { html } from "../html.js";
import { readable, typeset } from "../numbers.js";
import { pictureAddress, pixelName } from "../pixels.js";
import { useStore } from "../store.js";
import { Why } from "./doctor.js";
import { Plot } from "./plot.js";

export function InspectNeuron({ desk, inspection: neuron }) {
  return html`
    <h3>${neuron.is_output ? `Answer “${neuron.name}”` : `Neuron ${neuron.neuron} of layer ${neuron.layer}`}</h3>
    <${Why} desk=${desk} layer=${neuron.layer} neuron=${neuron.neuron} />
    <${Terms} desk=${desk} neuron=${neuron} />
    <${Squash} neuron=${neuron} />
    ${neuron.field && html`<${Field} field=${neuron.field} />`}
  `;
}

export function Terms({ desk, neuron }) {
  const { actions } = desk;
  const shape = useStore(desk.store, (state) => state.structure.shape);
  const inputs = useStore(desk.store, (state) => state.structure.inputs);
  const named = (line) =>
    line.source === null || line.source === "bias" || neuron.layer > 1
      ? line.name.replace(` of layer ${neuron.layer - 1}`, "")
      : shape ? pixelName(line.source, shape) : inputs[line.source];
  return html`
    <table class="terms">
      <thead><tr><th scope="col">from</th><th scope="col">weight</th><th scope="col">× input</th><th scope="col">= term</th></tr></thead>
      <tbody>
        ${neuron.lines.map((line) => {
          const place = { layer: neuron.layer, neuron: neuron.neuron, source: line.source };
          const one = line.source !== null && line.connected;
          return html`<tr
            key=${line.name} onPointerEnter=${() => one && actions.highlight(place)} onPointerLeave=${() => actions.highlight(null)}
          >
            <th scope="row">
              ${one
                ? html`<button
                    class="link" onClick=${() => actions.select("weight", place)}
                    onFocus=${() => actions.highlight(place)} onBlur=${() => actions.highlight(null)}
                    aria-label=${`Weight from ${named(line)}`}
                  >${named(line)}</button>`
                : named(line)}
              ${line.source !== null && line.source !== "bias" && !line.connected &&
              html` <button class="link" aria-label=${`Connect ${named(line)}`} onClick=${() => actions.cut(without(desk, place))}>connect</button>`}
            </th>
            <td class="number">${typeset(line.weight)}</td>
            <td class="number">${typeset(line.input)}</td>
            <td class="number">${typeset(line.product)}</td>
          </tr>`;
        })}
      </tbody>
      <tfoot><tr><th scope="row" colspan="3">weighted sum</th><td class="number" data-total>${typeset(neuron.printed.total)}</td></tr></tfoot>
    </table>
  `;
}

// The connections that are cut, but for this one.
function without({ store }, { layer, neuron, source }) {
  return store.get().structure.cut.filter(([l, n, s]) => l !== layer || n !== neuron || s !== source);
}

function Squash({ neuron }) {
  const name = neuron.activation.split("(")[0];
  const { total, output, slope } = neuron.printed;
  return html`
    <p class="equation">
      ${name}(${typeset(total)}${name === "softmax" ? ", and the other sums" : ""}) = <b data-output>${typeset(output)}</b>
      <span class="small">slope ${typeset(slope)}</span>
    </p>
    ${neuron.squash.length > 0 &&
    html`<${Plot}
      label=${`The ${name} curve: at ${readable(neuron.weighted_sum)} it is ${readable(neuron.output)}`}
      curve=${neuron.squash} point=${[neuron.weighted_sum, neuron.output]} slope=${neuron.slope} x="sum" y="output"
    />`}
  `;
}

function Field({ field }) {
  return html`
    <div class="field">
      <img src=${pictureAddress(field.picture)} alt="The picture that the neuron answers to most" />
      <p class="small">It answers most, with ${readable(field.output)}, to this picture${field.alternatives > 0 ? ` (and ${field.alternatives} more)` : ""}.
        See-through pixels do not matter.</p>
    </div>
  `;
}
