// How a table that was brought is read: which column is to be learned, and what becomes of missing values.
import { html, useState } from "../html.js";
import { useStore } from "../store.js";
import { Dialog } from "./dialog.js";

export function TableChoices({ desk }) {
  const table = useStore(desk.store, (state) => state.table);
  const experiment = useStore(desk.store, (state) => state.structure.experiment);
  if (!table || table.failed || experiment !== `own ${table.name}`) return null;
  return html`<${Choices} key=${table} table=${table} reread=${desk.actions.reread} />`;
}

// A table that could not be read as it is: perhaps it can in another way.
export function TableTrouble({ desk }) {
  const table = useStore(desk.store, (state) => state.table);
  if (!table?.failed) return null;
  const close = () => desk.store.set({ table: null });
  return html`<${Dialog} title=${`How is ${table.name} to be read?`} onClose=${close}>
    <p class="bad">${table.failed}</p>
    <${Choices} table=${table} reread=${(asked) => (close(), desk.actions.reread(asked))} />
  <//>`;
}

function Choices({ table, reread }) {
  const [target, setTarget] = useState(table.target ?? table.columns.at(-1));
  const [missing, setMissing] = useState(table.missing);
  const changed = Boolean(table.failed) || target !== table.target || missing !== table.missing;
  return html`
    <div class="table-choices">
      <label><span class="small">To be learned</span>
        <select value=${target} onChange=${(event) => setTarget(event.target.value)}>${table.columns.map((name) => html`<option value=${name}>${name}</option>`)}</select>
      </label>
      <label><span class="small">Missing values</span>
        <select value=${missing} onChange=${(event) => setMissing(event.target.value)}>
          <option value="error">are refused</option><option value="fill">filled: mean, or most frequent</option>
        </select>
      </label>
      <button disabled=${!changed} onClick=${() => reread({ target, missing })}>Read it so</button>
    </div>
  `;
}
