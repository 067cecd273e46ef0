// What the network answers, and what is right.
import { html } from "../html.js";
import { readable } from "../numbers.js";
import { useStore } from "../store.js";

export function Truth({ desk }) {
  const { store, actions } = desk;
  const categories = useStore(store, (state) => state.structure.categories);
  const answer = useStore(store, (state) => state.frame.answer);
  const early = useStore(store, (state) => state.frame.mark === -1); // a first picture, before anything is measured
  const truth = useStore(store, (state) => state.frame.truth);
  if (!categories) return truth && html`<p class="small">Right: ${truth.targets.map((value) => readable(value)).join(", ")}</p>`;
  const right = truth ? truth.targets.indexOf(Math.max(...truth.targets)) : null;
  const verdict = right === null || !answer ? "" : answer.category === categories[right] ? "right" : "wrong";
  return html`
    <div class="truth">
      <p class="answer" role="status">
        <span class="small">The network says</span>
        <strong>${answer ? (answer.category ?? "no category") : early ? "…" : "nothing: not finite"}</strong>
        ${verdict && html`<span class=${`verdict ${verdict}`}>${verdict === "right" ? "✓" : "✗"} ${verdict}</span>`}
        ${answer?.ties.length > 0 && html`<span class="small">a tie of ${answer.ties.join(", ")}</span>`}
      </p>
      <label>
        <span class="small">Right is</span>
        <select
          value=${right ?? ""}
          onChange=${(event) => actions.truth(event.target.value === "" ? null : Number(event.target.value))}
        >
          <option value="">unknown</option>
          ${categories.map((name, k) => html`<option value=${k}>${name}</option>`)}
        </select>
      </label>
    </div>
  `;
}
