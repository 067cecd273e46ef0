// Runs that are pinned beside this one, what they differ in, and when this one stops by itself.
import { html } from "../html.js";
import { percent, readable } from "../numbers.js";
import { useStore } from "../store.js";
import { NumberField } from "./number_field.js";

export function PinButton({ desk, curves }) {
  return html`<button
    class="quiet pin" disabled=${!curves?.learned.epochs.length} onClick=${desk.actions.pin}
    title="Keep these curves, to compare the next run with them"
  >Pin this run</button>`;
}

// This run and the pinned ones: how far each came, and in what its settings differ from the others'.
export function Runs({ desk, curves }) {
  if (!curves?.pins.length) return null;
  const runs = [curves, ...curves.pins];
  const names = Object.keys(curves.described);
  const differing = names.filter((name) => new Set(runs.map(({ described }) => described[name])).size > 1);
  const same = names.filter((name) => !differing.includes(name)).map((name) => curves.described[name]);
  const isHeldOut = runs.some((run) => run.held_out.epochs.length > 0);
  return html`
    <div class="scrolls"><table class="runs">
      <caption>Pinned runs. The same in all: ${same.join(" · ")}</caption>
      <thead><tr>
        <th scope="col">run</th><th scope="col">epoch</th><th scope="col">error</th><th scope="col">right</th>
        ${isHeldOut && html`<th scope="col">held out</th>`}<th scope="col"><span class="hidden">take away</span></th>
      </tr></thead>
      ${runs.map((run, k) => html`<tbody key=${run.number ?? 0}>
        <tr>
          <th scope="row"><span class="swatch" style=${{ borderColor: `var(--${k ? `pin-${k}` : "learned"})` }} /> ${k ? `pin ${run.number}` : "this run"}</th>
          <td class="number">${run.learned.epochs.at(-1)?.toLocaleString("en") ?? "–"}</td>
          <td class="number">${last(run.learned.losses, readable)}</td>
          <td class="number">${last(run.learned.accuracies, percent)}</td>
          ${isHeldOut && html`<td class="number">${last(run.held_out.accuracies, percent)}</td>`}
          <td class="number">${k > 0 && html`<button class="quiet" aria-label=${`Take pin ${run.number} away`} onClick=${() => desk.actions.unpin(run.number)}>×</button>`}</td>
        </tr>
        <tr class="made"><td colspan=${isHeldOut ? 6 : 5} class="small">${differing.map((name) => run.described[name]).join(" · ") || "made in the same way"}</td></tr>
      </tbody>`)}
    </table></div>
  `;
}

function last(values, write) {
  const value = values.at(-1);
  return value === undefined || value === null ? "–" : write(value);
}

export function StopAt({ desk }) {
  const conditions = useStore(desk.store, (state) => state.frame.training.conditions);
  const isSet = Object.values(conditions).some((value) => value !== null);
  const change = (name, value) => desk.actions.stopAt({ ...desk.store.get().frame.training.conditions, [name]: value });
  return html`
    <details class="stop-at">
      <summary>Stop by itself${isSet ? html`: <b>${inWords(conditions)}</b>` : " …"}</summary>
      <div class="grid">
        <${Condition} label="error at most" value=${conditions.loss} step="any" onChange=${(value) => change("loss", value)} />
        <${Condition} label="right at least [%]" value=${conditions.accuracy} scale=${100} high=${100} step="any" onChange=${(value) => change("accuracy", value)} />
        <${Condition} label="at epoch" value=${conditions.epoch} low=${1} step="1" onChange=${(value) => change("epoch", value)} />
      </div>
      <p class="small">Of the examples learned from, epoch by epoch. An empty field: not for that reason.</p>
    </details>
  `;
}

function inWords({ loss, accuracy, epoch }) {
  return [
    loss !== null && `error ${readable(loss)}`,
    accuracy !== null && `${percent(accuracy)} right`,
    epoch !== null && `epoch ${epoch.toLocaleString("en")}`,
  ].filter(Boolean).join(" or ");
}

function Condition({ label, value, scale = 1, low = 0, high, step, onChange }) {
  const shown = value === null ? "" : String(Number((value * scale).toPrecision(10)));
  return html`
    <label>
      <span class="small">${label}</span>
      <${NumberField} value=${shown} low=${low} high=${high} step=${step} emptyIs=${null} onGive=${(given) => onChange(given === null ? null : given / scale)} />
    </label>
  `;
}
