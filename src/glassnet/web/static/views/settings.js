// How the network is made and trained. A change keeps what can be kept; the session says what was.
import { html } from "../html.js";
import { counted } from "../numbers.js";
import { useStore } from "../store.js";
import { NumberField } from "./number_field.js";

const RATES = [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3];

export function Settings({ desk }) {
  const { store, actions } = desk;
  const structure = useStore(store, (state) => state.structure);
  const choices = useStore(store, (state) => state.welcome);
  const { settings } = structure;
  const change = (name, value) => actions.change({ [name]: value });
  return html`
    <section class="card settings" aria-labelledby="settings-title">
      <div class="title"><h2 id="settings-title">Settings</h2></div>
      <div class="halves">
      <div class="grid">
        <${Choice} label="Learning rate" value=${settings.learning_rate} values=${withOwn(RATES, settings.learning_rate)} onChange=${(value) => change("learning_rate", Number(value))} />
        <${Choice} label="Optimizer" value=${settings.optimizer} values=${withOwn(choices.optimizers, settings.optimizer)} onChange=${(value) => change("optimizer", value)} />
        <${Count} label="Batch" value=${settings.batch} low=${1} onChange=${(value) => change("batch", value)} />
        <${Choice} label="Error" value=${structure.loss} values=${withOwn(choices.losses, structure.loss)} onChange=${(value) => change("loss", value)} />
        <${Choice} label="Penalty: squares" value=${settings.l2} values=${withOwn([0, 0.0001, 0.001, 0.01, 0.1], settings.l2)} onChange=${(value) => change("l2", Number(value))} />
        <${Choice} label="Penalty: sizes" value=${settings.l1} values=${withOwn([0, 0.0001, 0.001, 0.01, 0.1], settings.l1)} onChange=${(value) => change("l1", Number(value))} />
        <${Choice} label="Clip gradient" value=${settings.clip} values=${withOwn([0, 0.1, 0.3, 1, 3, 10], settings.clip)} words=${{ 0: "no clipping" }} onChange=${(value) => change("clip", Number(value))} />
        <${Choice} label="Rate schedule" value=${settings.schedule} values=${withOwn(choices.schedules, settings.schedule)} onChange=${(value) => change("schedule", value)} />
        ${settings.schedule.startsWith("cosine") && html`<${Count} label="until epoch" value=${settings.epochs} low=${1} onChange=${(value) => change("epochs", value)} />`}
        <${Choice} label="Dropout" value=${structure.dropout} values=${withOwn([0, 0.1, 0.2, 0.3, 0.5], structure.dropout)} onChange=${(value) => change("dropout", Number(value))} />
        <label class="check"><input type="checkbox" checked=${structure.biases} onChange=${(event) => change("biases", event.target.checked)} /> Biases</label>
        <label class="check"><input type="checkbox" checked=${settings.shuffle} onChange=${(event) => change("shuffle", event.target.checked)} /> Shuffle</label>
        ${structure.categories && html`<label class="check" title="Every category counts as much in all"><input type="checkbox" checked=${settings.balanced} onChange=${(event) => change("balanced", event.target.checked)} /> Balanced</label>`}
      </div>
      <div>
        <${Layers} structure=${structure} choices=${choices} actions=${actions} />
        <div class="tidy">
          <button onClick=${actions.snap}>Snap weights to −1, 0, 1</button>
          ${structure.cut.length > 0 && html`<button onClick=${() => actions.cut([])}>Connect all again (${structure.cut.length} cut)</button>`}
        </div>
      </div>
      </div>
    </section>
  `;
}

function withOwn(values, own) {
  return values.includes(own) ? values : [own, ...values];
}

function Choice({ label, value, values, onChange, hidden, words = {} }) {
  return html`
    <label>
      <span class=${hidden ? "hidden" : "small"}>${label}</span>
      <select value=${String(value)} onChange=${(event) => onChange(event.target.value)}>
        ${values.map((one) => html`<option value=${String(one)}>${words[one] ?? String(one)}</option>`)}
      </select>
    </label>
  `;
}

function Count({ label, value, low, onChange, hidden }) {
  return html`
    <label>
      <span class=${hidden ? "hidden" : "small"}>${label}</span>
      <${NumberField} value=${value} low=${low} whole onGive=${onChange} />
    </label>
  `;
}

function Layers({ structure, choices, actions }) {
  const hidden = structure.sizes.slice(1, -1);
  const layers = hidden.map((neurons, k) => ({ neurons, activation: structure.activations[k] }));
  const change = (changed) => actions.change({ layers: changed });
  const replace = (k, part) => change(layers.map((layer, other) => (other === k ? { ...layer, ...part } : layer)));
  const last = structure.activations.at(-1);
  return html`
    <fieldset class="layers">
      <legend class="small">Layers</legend>
      ${layers.map(
        (layer, k) => html`<div class="layer" key=${k}>
          <span class="small">${k + 1}</span>
          <${Count} hidden label=${`Neurons of layer ${k + 1}`} value=${layer.neurons} low=${1} onChange=${(neurons) => replace(k, { neurons })} />
          <${Choice} hidden label=${`Activation of layer ${k + 1}`} value=${layer.activation} values=${withOwn(choices.activations, layer.activation)} onChange=${(activation) => replace(k, { activation })} />
          <button class="quiet" aria-label=${`Remove layer ${k + 1}`} onClick=${() => change(layers.filter((_, other) => other !== k))}>×</button>
        </div>`,
      )}
      <div class="layer">
        <span class="small">${layers.length + 1}</span>
        <span class="fixed">${counted(structure.sizes.at(-1), "answer")}</span>
        <${Choice} hidden label="Activation of the last layer" value=${last} values=${withOwn(choices.last_activations, last)} onChange=${(value) => actions.change({ last_activation: value })} />
        <button class="quiet" aria-label="Add a layer before the last" onClick=${() => change([...layers, { neurons: 8, activation: layers.at(-1)?.activation ?? "relu" }])}>+</button>
      </div>
    </fieldset>
  `;
}
