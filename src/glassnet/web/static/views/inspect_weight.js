// A weight: its value, the error over it, its slope by differences and direct, and every factor of it.
import { html, useState } from "../html.js";
import { readable, typeset } from "../numbers.js";
import { Plot } from "./plot.js";
import { isInformative, SlowPass } from "./slow_pass.js";

export function InspectWeight({ desk, inspection: weight }) {
  const { actions } = desk;
  const place = { layer: weight.layer, neuron: weight.neuron, source: weight.source };
  const set = (value) => actions.setWeight(place, value);
  return html`
    <h3>${weight.name[0].toUpperCase()}${weight.name.slice(1)}</h3>
    <${Value} weight=${weight} set=${set} />
    ${weight.source !== "bias" && html`<button class="quiet cut" onClick=${() => cut(desk, place)}>Cut this connection</button>`}
    <div class="row">
      <span class="small" id="whose">Error of</span>
      <div class="segments" role="group" aria-labelledby="whose">
        <button aria-pressed=${weight.whose === "example"} disabled=${!weight.known} onClick=${() => actions.over("example")}>${weight.one}</button>
        <button aria-pressed=${weight.whose === "data"} onClick=${() => actions.over("data")}>the data</button>
      </div>
    </div>
    <${SlowPass} key=${`${weight.layer}/${weight.neuron}/${weight.source} ${weight.whose}`} desk=${desk} weight=${weight}>
    <${Plot}
      label=${`The error over the weight: at ${readable(weight.value)} it is ${readable(weight.loss)}, slope ${readable(weight.slope)}`}
      curve=${weight.values.map((value, k) => [value, weight.losses[k]])} point=${[weight.value, weight.loss]}
      slope=${weight.slope} next=${[weight.next_value, weight.next_loss]} x="weight" y="error"
      onDrag=${(value) => set(Math.round(value * 100) / 100)}
    />
    <p class="small">Error ${readable(weight.loss, 4)} over ${weight.examples}. One step of learning rate
      ${" "}${readable(weight.learning_rate)} goes to ${readable(weight.next_value, 4)}.</p>
    <${Slopes} weight=${weight} />
    ${weight.chain
      ? html`<${Chain} chain=${weight.chain} />`
      : html`<p class="small">There are too many examples to list the chains of all: choose the error of ${weight.one}.</p>`}
    <//>
  `;
}

function cut({ store, actions }, { layer, neuron, source }) {
  actions.cut([...store.get().structure.cut, [layer, neuron, source]]);
}

function Value({ weight, set }) {
  const [typed, setTyped] = useState(null);
  function take() {
    const value = Number((typed ?? "").replace("−", "-").replace(",", "."));
    if (typed !== null && typed.trim() !== "" && Number.isFinite(value)) set(value);
    setTyped(null);
  }
  const reach = Math.max(3, Math.ceil(Math.abs(weight.value)));
  return html`
    <div class="row weight-value">
      <label>
        <span class="hidden">Value of the weight</span>
        <input
          type="text" inputmode="decimal" value=${typed ?? readable(weight.value, 5)}
          onInput=${(event) => setTyped(event.target.value)} onBlur=${take}
          onKeyDown=${(event) => {
            if (event.key === "Enter") take();
            if (event.key === "Escape") setTyped(null);
          }}
        />
      </label>
      <input
        type="range" min=${-reach} max=${reach} step="0.05" value=${weight.value} aria-label="Weight"
        onInput=${(event) => set(Number(event.target.value))}
      />
    </div>
  `;
}

function Slopes({ weight }) {
  return html`
    <table class="slopes">
      <caption>The slope, numeric and direct</caption>
      <thead><tr><th scope="col">step</th><th scope="col">one-sided</th><th scope="col">central</th></tr></thead>
      <tbody>
        ${weight.differences.filter((_, k) => k % 2 === 0).map(
          ({ step, forward, central }) => html`<tr>
            <th scope="row">${readable(step)}</th>
            <td class="number">${readable(forward, 6)}</td><td class="number">${readable(central, 6)}</td>
          </tr>`,
        )}
      </tbody>
      <tfoot><tr><th scope="row" colspan="2">direct, by backpropagation</th><td class="number" data-slope>${readable(weight.slope, 6)}</td></tr></tfoot>
    </table>
    <p class=${weight.agreement.agrees ? "small good" : "small bad"} data-agreement>${weight.agreement.agrees ? "✓" : "!"} ${weight.agreement.said}</p>
  `;
}

function Chain({ chain }) {
  const none = chain.lines.length === 0;
  return html`
    <div class="chain">
      <h4>Its slope, factor by factor</h4>
      ${none && html`<p class="small">No path leads from here to the error.</p>`}
      <ol>
        ${chain.lines.map(
          (line) => html`<li>
            ${line.factors.length === 0
              ? html`<span class="small">${chain.n_further.toLocaleString("en")} more paths together</span>`
              : html`<span class="factors">
                  ${line.example !== null && html`<span class="small">example ${line.example}:</span>`}
                  ${line.factors.filter(isInformative).map(
                    (factor, k) => html`<span class="factor" title=${`${factor.name}, ${factor.place}`}>
                      <small>${factor.name.replace("_", " ")}</small>${k > 0 && html`<span class="times">× </span>`}${readable(factor.value)}
                    </span>`,
                  )}
                </span>`}
            <span class="product">= ${typeset(line.product)}</span>
          </li>`,
        )}
      </ol>
      <p class="sum"><span>the sum over ${chain.n_paths.toLocaleString("en")} path${chain.n_paths === 1 ? "" : "s"}</span><b data-chain>${typeset(chain.slope)}</b></p>
    </div>
  `;
}
