// Examples of the data, each with whether the network is right about it now.
import { html } from "../html.js";
import { pictureAddress } from "../pixels.js";
import { useStore } from "../store.js";
import { TableChoices } from "./table.js";

export function Examples({ desk }) {
  const { store, actions } = desk;
  const { examples, n_examples: total, data } = useStore(store, (state) => state.structure);
  const right = useStore(store, (state) => state.frame.right);
  const chosen = useStore(store, (state) => state.frame.example);
  const n_right = right.filter(Boolean).length;
  return html`
    <section class="card examples" aria-labelledby="examples-title">
      <div class="title">
        <h2 id="examples-title">Examples</h2>
        <p class="small">${examples.length < total ? `${examples.length} of ${total.toLocaleString("en")} ` : ""}${data}</p>
      </div>
      <${TableChoices} desk=${desk} />
      <div class=${examples[0]?.picture ? "thumbnails" : "thumbnails named"}>
        ${examples.map(
          (one, k) => html`<button
            class=${`thumbnail ${right[k] === false ? "wrong" : ""}`} aria-pressed=${one.example === chosen}
            aria-label=${`${one.category ?? one.name}, example ${one.example}${said(right[k])}`}
            title=${one.category ?? one.name} onClick=${() => actions.example(one.example)}
          >
            ${one.picture
              ? html`<img src=${pictureAddress(one.picture)} alt="" />`
              : html`<span class="name">${one.category ?? one.name.replace("example ", "#")}</span>`}
            ${right[k] !== null && html`<span class="badge" aria-hidden="true">${right[k] ? "✓" : "✗"}</span>`}
          </button>`,
        )}
      </div>
      ${right[0] !== null && html`<p class="small tally">${n_right} of ${examples.length} of these right</p>`}
    </section>
  `;
}

function said(right) {
  return right === null ? "" : right ? ", answered right" : ", answered wrong";
}
